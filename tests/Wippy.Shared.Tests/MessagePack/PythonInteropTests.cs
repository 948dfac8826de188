using System.Text.Json.Nodes;

namespace Wippy.Shared.Tests.MessagePack;

/// <summary>Our bytes read by Debian's python3-msgpack, and its bytes read by us.</summary>
public class PythonInteropTests
{
    // Debian's own interpreter by its full path: another python3 that comes first on PATH does not see Debian's packages.
    private const string Python = "/usr/bin/python3";
    private const string Script = "msgpack_roundtrip.py";
    private const string Installation = "needs the Debian package python3-msgpack: apt-get install python3-msgpack";

    [InteropFact(InteropTool.Python)]
    public async Task Writer_EverySample_IsReadAndWrittenAlikeByPython()
    {
        // python3-msgpack does not know ext types which the specification reserves.
        var samples = SampleValues.All().Where(sample => !IsReservedExtension(sample)).ToList();
        var input = string.Concat(samples.Select(sample => Line(sample) + "\n"));

        var answers = Parse(await InteropFolder.RunAsync(Python, Installation, [Script, "check"], input));

        Assert.Equal(samples.Count, answers.Count);
        foreach (var (sample, answer) in samples.Zip(answers))
        {
            DescribedValue.AssertSame(sample, DescribedValue.Decode(answer.Bytes));
            // Both sides choose the shortest form, so there is only one right answer.
            Assert.Equal(DescribedValue.Encode(sample), answer.Bytes);
        }
    }

    [InteropFact(InteropTool.Python)]
    public async Task Reader_EveryValuePythonProduces_IsReadAlike()
    {
        var produced = Parse(await InteropFolder.RunAsync(Python, Installation, [Script, "produce"]));

        Assert.NotEmpty(produced);
        foreach (var (bytes, description) in produced) DescribedValue.AssertSame(description, DescribedValue.Decode(bytes));
    }

    private static bool IsReservedExtension(JsonNode sample) => sample["ext"] is { } ext && ext[0]!.GetValue<sbyte>() < 0;

    private static string Line(JsonNode sample) =>
        new JsonObject
        {
            ["bytes"] = Convert.ToHexStringLower(DescribedValue.Encode(sample)),
            ["value"] = sample.DeepClone(),
        }.ToJsonString();

    private static List<(byte[] Bytes, JsonNode Description)> Parse(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ParseLine)];

    private static (byte[] Bytes, JsonNode Description) ParseLine(string line)
    {
        // Deeply nested samples have several levels of JSON for each of their own.
        var json = JsonNode.Parse(line, documentOptions: new() { MaxDepth = 1000 })!;
        return (Convert.FromHexString(json["bytes"]!.GetValue<string>()), json["value"]!);
    }
}
