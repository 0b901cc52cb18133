using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Shards;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>Records of shards with a wrong value anywhere: refused as the user's fault, or without harm.</summary>
public sealed class HostileShardTests(Xunit.Abstractions.ITestOutputHelper output) : IDisposable
{
    private readonly HostileBundle _bundle = new();

    public void Dispose() => _bundle.Dispose();

    // Shards are of blocks of 512 rows.
    private string LongTable()
    {
        var path = Path.Combine(_bundle.Folder, "rows.csv");
        if (!File.Exists(path)) File.WriteAllText(path, "a,b,c,d\n" + string.Concat(Enumerable.Repeat("1,2,no,red\n,2.5,yes,\n1.5,,,blue\n", 200)));
        return path;
    }

    [Fact]
    public void No_value_anywhere_in_a_record_breaks_merge()
    {
        string[] records = [Impute("1/2"), Impute("2/2")];
        var good = File.ReadAllText(records[0]);
        Assert.Null(Merge(records));
        string[] values = ["null", "0", "-1", "2147483647", "1e308", "\"\"", "\"../../../etc/passwd\"", "[]", "[null]", "{}", "{\"a\": null}"];
        var (tried, faults) = (0, new List<string>());
        foreach (var pointer in HostileBundle.Pointers(JsonNode.Parse(good)!))
        {
            foreach (var value in values)
            {
                var record = JsonNode.Parse(good)!.AsObject();
                HostileBundle.Set(record, pointer, JsonNode.Parse(value));
                File.WriteAllText(records[0], record.ToJsonString());
                tried++;
                if (Merge(records) is { } fault and not UserInputException) faults.Add($"{pointer} = {value}: {fault}");
            }
        }

        Assert.Empty(faults);
        output.WriteLine($"tried: {tried}");
        Assert.True(tried > 250, $"{tried}");
        // Files that are what the record tells of, and not what they should be.
        var draws = Path.Combine(_bundle.Folder, "1-draws.npy");
        foreach (var text in (string[])["", "x", "\u0093NUMPY", "a,b,c\n1,2,3\n and so on until a header could end"])
        {
            File.WriteAllText(draws, text, System.Text.Encoding.Latin1);
            var record = JsonNode.Parse(good)!.AsObject();
            HostileBundle.Set(record, "/draws/hash", Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(draws))));
            File.WriteAllText(records[0], record.ToJsonString());
            Assert.Contains("has not the draws of", Assert.IsType<UserInputException>(Merge(records)).Message, StringComparison.Ordinal);
        }

    }

    private string Impute(string shard)
    {
        using var console = new TestConsole();
        string Place(string name) => Path.Combine(_bundle.Folder, $"{shard[0]}-{name}");
        var code = console.Run(
            "impute", "--model", _bundle.Path, "--data", LongTable(), "--out", Place("completed.csv"), "--intervals", Place("cells.csv"),
            "--draws-out", Place("draws.npy"), "--multiple", "2", "--multiple-dir", Place("imputed"), "--draws", "4", "--chains", "1",
            "--burn-in", "0", "--threads", "1", "--quiet", "--shard", shard, "--record", Place("record.json"));
        Assert.True(code == 0, console.Messages);
        return Place("record.json");
    }

    // What the command does with them, without its words.
    private static Exception? Merge(string[] records) => Record.Exception(() =>
    {
        var merge = ShardMerge.Read(records);
        merge.WriteCompleted(Stream.Null, TablePacking.None);
        merge.WriteCells(Stream.Null);
        merge.WriteDraws(Stream.Null);
        for (var i = 0; i < merge.Imputations; i++) merge.WriteImputation(Stream.Null, i);
        _ = ConvergenceSentence.Faults(merge.Convergence, merge.WorstCell).ToArray();
        _ = ConvergenceSentence.Describe(merge.Convergence);
    });
}
