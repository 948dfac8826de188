using Wippy.Bench;

return await BenchCommand.RunAsync(args);
