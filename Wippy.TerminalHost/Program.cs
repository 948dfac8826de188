using Wippy.TerminalHost;

// Started by the AppHost (it says which app) this is the terminal service of a deployment; started by hand, the command line.
return args.Length == 0 && Environment.GetEnvironmentVariable("Wippy__App") is not null
    ? await TerminalService.RunAsync(args)
    : await WippyCommand.RunAsync(args);
