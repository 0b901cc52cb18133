using System.Text.Json;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Shards;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Shards;

public sealed class MergeCommandTests : IDisposable
{
    private const int Rows = 1300;
    private readonly TestModel _model = TestModel.OfTwoColumns();
    private readonly TestConsole _console = new();
    private readonly string _data;

    public MergeCommandTests() => _data = _model.Write(
        "data.csv", "a,b,id\n" + string.Concat(Enumerable.Range(0, Rows).Select(
            i => $"{(i % 3 == 0 ? "" : $"{i % 7}.50")},{(i % 4 == 1 ? "NA" : $"{i % 5}")},r{i}\n")));

    public void Dispose()
    {
        _model.Dispose();
        _console.Dispose();
    }

    private string File(string name) => _model.File(name);

    private string Impute(string name, params string[] more)
    {
        Assert.Equal(0, _console.Run([
            "impute", "--quiet", "--model", _model.Path, "--data", _data, "--out", File($"{name}/completed.csv"), "--intervals",
            File($"{name}/cells.csv"), "--draws-out", File($"{name}/draws.npy"), "--multiple", "2", "--multiple-dir", File(name), .. more,
        ]));
        return File($"{name}/record.json");
    }

    private string Shard(string name, params string[] more) => Impute(name, ["--record", File($"{name}/record.json"), .. more]);

    private string Small(string name, params string[] more) => SmallOf(_model, name, ".csv", more);

    private string SmallOf(TestModel model, string name, string ending, params string[] more)
    {
        var code = _console.Run([
            "impute", "--quiet", "--model", model.Path, "--data", _data, "--out", File(name + ending), "--map-only", "--record", File($"{name}.json"), .. more,
        ]);
        Assert.True(code == 0, _console.Messages);
        return File($"{name}.json");
    }

    private byte[] Unpacked(string name)
    {
        using var stream = InputFile.Open(File(name));
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private void AssertRefused(string message, params string[] records)
    {
        Assert.Equal(2, _console.Run(["merge", .. records, "--out", File("merged.csv")]));
        Assert.Contains(message, _console.Messages, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File("merged.csv")));
    }

    [Fact]
    public void Shards_put_together_are_byte_for_byte_what_one_run_writes()
    {
        _ = Impute("whole");
        string[] records = [Shard("third", "--shard", "3/3", "--threads", "1"), Shard("first", "--shard", "1/3"), Shard("second", "--rows", "512:1024")];
        using var console = new TestConsole();
        Assert.Equal(0, console.Run([
            "merge", "--json", .. records, "--out", File("merged/completed.csv"), "--intervals", File("merged/cells.csv"), "--draws-out",
            File("merged/draws.npy"), "--multiple-dir", File("merged"),
        ]));
        string[] files = ["completed.csv", "cells.csv", "draws.npy", "imputation_1.csv", "imputation_2.csv"];
        Assert.All(files, file => Assert.Equal(System.IO.File.ReadAllBytes(File($"whole/{file}")), System.IO.File.ReadAllBytes(File($"merged/{file}"))));
        using var json = JsonDocument.Parse(console.Output);
        Assert.Equal(3, json.RootElement.GetProperty("shards").GetInt32());
        var cells = System.IO.File.ReadAllLines(File("whole/cells.csv")).Length - 1;
        Assert.Equal(cells, json.RootElement.GetProperty("missing_cells").GetInt32());
        Assert.Equal(cells, json.RootElement.GetProperty("convergence").GetProperty("cells").GetInt32());
    }

    [Theory]
    [InlineData("\r\n", true)]
    [InlineData("\n", false)]
    public void Line_ends_comments_and_packing_are_those_of_one_run(string newLine, bool ended)
    {
        var lines = System.IO.File.ReadAllLines(_data).ToList();
        lines.InsertRange(0, ["# measured in", "# spring"]);
        lines.Insert(600, "# a pause");
        System.IO.File.WriteAllText(_data, "\uFEFF" + string.Join(newLine, lines) + (ended ? newLine : ""));
        foreach (var packing in (string[])["", ".gz"])
        {
            Assert.Equal(0, _console.Run("impute", "--quiet", "--map-only", "--model", _model.Path, "--data", _data, "--out", File("whole.csv" + packing)));
            string[] records = [SmallOf(_model, "one", ".csv" + packing, "--shard", "1/2"), SmallOf(_model, "two", ".csv.zst", "--shard", "2/2")];
            Assert.Equal(0, _console.Run(["merge", "--quiet", .. records, "--out", File("merged.csv" + packing)]));
            Assert.Equal(Unpacked("whole.csv" + packing), Unpacked("merged.csv" + packing));
        }
    }

    [Fact]
    public void Rows_whose_texts_only_all_rows_explain_are_read_amid_them()
    {
        // 1,234 may be a thousand or one and some: a later row tells. A question mark is missing where all else is a number.
        string A(int i) => i == 1099 ? "1.5" : i % 3 == 0 ? "?" : $"\"1,{i % 900 + 100}\"";
        var lines = Enumerable.Range(0, 1100).Select(i => $"{A(i)},{(i % 4 == 1 ? "" : $"{i % 5}")}");
        System.IO.File.WriteAllText(_data, "a,b\n" + string.Join('\n', lines) + "\n");
        Assert.Equal(0, _console.Run("impute", "--quiet", "--map-only", "--model", _model.Path, "--data", _data, "--out", File("whole.csv")));
        string[] records = [.. Enumerable.Range(1, 3).Select(i => Small($"{i}", "--shard", $"{i}/3"))];
        Assert.Equal(0, _console.Run(["merge", "--quiet", .. records, "--out", File("merged.csv")]));
        Assert.Equal(System.IO.File.ReadAllText(File("whole.csv")), System.IO.File.ReadAllText(File("merged.csv")));
    }

    [Fact]
    public void Of_a_part_no_other_rows_are_kept()
    {
        var schema = Bundle.Load(_model.Path).Schema;
        using (var parts = TableReader.ReadRows(_data, schema, rows => (512, rows)))
        {
            var part = Assert.Single(parts.All);
            Assert.Equal((788, 512, Rows), (part.Table.Rows, part.Offset, parts.TotalRows));
            Assert.Equal(("r512", 514), (part.Table.Text(0, 2), part.Table.Line(0)));
        }

        System.IO.File.AppendAllText(_data, "1,?,r\n");
        using var all = TableReader.ReadRows(_data, schema, _ => (512, 600));
        var whole = Assert.Single(all.All);
        Assert.Equal((Rows + 1, 0), (whole.Table.Rows, whole.Offset));
    }

    [Fact]
    public void Parts_begin_and_end_at_multiples_of_their_rows()
    {
        using var parts = TableReader.ReadRows(_data, Bundle.Load(_model.Path).Schema, _ => (600, 1200), partRows: 512);
        Assert.Equal([(600, 424), (1024, 176)], parts.All.Select(part => (part.Offset, part.Table.Rows)));
        Assert.Equal(2, parts.Count);
    }

    [Fact]
    public void A_report_of_the_whole_shows_what_that_of_one_run_shows()
    {
        _ = Impute("whole", "--report", File("whole.html"));
        string[] records = [Shard("one", "--shard", "1/2"), Shard("two", "--shard", "2/2")];
        string[] merge = ["merge", "--quiet", .. records, "--out", File("merged.csv"), "--report", File("merged.html"), "--model", _model.Path, "--data"];
        Assert.True(_console.Run([.. merge, _data]) == 0, _console.Messages);
        var (whole, merged) = (System.IO.File.ReadAllText(File("whole.html")), System.IO.File.ReadAllText(File("merged.html")));
        string Section(string page, string from, string to) => page[page.IndexOf(from, StringComparison.Ordinal)..].Split(to)[0];
        Assert.Equal(Section(whole, "<p class=\"lead\">", "</p>"), Section(merged, "<p class=\"lead\">", "</p>"));
        Assert.Equal(whole.Split("<svg").Length, merged.Split("<svg").Length);
        Assert.Equal(Section(whole, "cells not converged", "divergent"), Section(merged, "cells not converged", "divergent"));

        System.IO.File.AppendAllText(_data, "1,2,r\n");
        Assert.Equal(2, _console.Run([.. merge, _data]));
        Assert.Contains("is not the table of the shards", _console.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_of_shards_without_draws_is_refused()
    {
        string[] records = [.. Enumerable.Range(1, 2).Select(i => Shard($"{i}", "--shard", $"{i}/2"))];
        foreach (var record in records)
        {
            var text = System.IO.File.ReadAllText(record);
            System.IO.File.WriteAllText(record, System.Text.RegularExpressions.Regex.Replace(text, "\"draws\": \\{[^}]*\\},\\s*", ""));
        }

        Assert.Equal(2, _console.Run([
            "merge", .. records, "--out", File("merged.csv"), "--report", File("merged.html"), "--model", _model.Path, "--data", _data,
        ]));
        Assert.Contains("impute them with --draws-out", _console.Messages, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File("merged.html")));
    }

    [Fact]
    public void A_column_of_notes_that_one_shard_has_all_have()
    {
        using var model = new TestModel(
            TestModel.Random(2, 2, 4), 2,
            [.. TestModel.Columns(2, 2, 1.5).Select(column => column with { Quartiles = new Quartiles(1, 3) })], new InferenceSettings());
        System.IO.File.AppendAllText(_data, "1000,,r1300\n");
        Assert.Equal(0, _console.Run([
            "impute", "--quiet", "--map-only", "--model", model.Path, "--data", _data, "--out", File("o.csv"), "--intervals", File("whole.csv"),
        ]));
        Assert.EndsWith(",note", System.IO.File.ReadLines(File("whole.csv")).First(), StringComparison.Ordinal);
        string[] records = [.. Enumerable.Range(1, 3).Select(i => SmallOf(model, $"{i}", ".csv", "--shard", $"{i}/3", "--intervals", File($"cells-{i}.csv")))];
        Assert.DoesNotContain("note", System.IO.File.ReadLines(File("cells-1.csv")).First(), StringComparison.Ordinal);
        Assert.Equal(0, _console.Run(["merge", "--quiet", .. records, "--out", File("merged.csv"), "--intervals", File("cells.csv")]));
        Assert.Equal(System.IO.File.ReadAllText(File("whole.csv")), System.IO.File.ReadAllText(File("cells.csv")));
    }

    [Fact]
    public void Shards_that_overlap_or_lack_rows_are_refused_by_name()
    {
        var (first, second, third) = (Small("a", "--shard", "1/3"), Small("b", "--shard", "2/3"), Small("c", "--rows", "512:"));
        AssertRefused($"Rows 1024:{Rows} of {_data} are in none of the 2 shards", first, second);
        AssertRefused("Rows 0:512 of", third);
        AssertRefused("b.json (rows 512:1024) and ", first, second, third);
        AssertRefused("c.json (rows 512:1300) overlap: rows 512:1024 are in both", first, second, third);
        AssertRefused("begins amid a block of 512 rows", Small("d", "--rows", "0:600"), Small("e", "--rows", "600:"));
    }

    [Fact]
    public void Shards_of_another_model_seed_table_setting_or_version_are_refused_by_name()
    {
        var first = Small("a", "--shard", "1/2");
        AssertRefused("a.json and ", first, Small("b", "--shard", "2/2", "--seed", "7"));
        AssertRefused("they differ in: seed (42; 7)", first, Small("b", "--shard", "2/2", "--seed", "7"));
        AssertRefused("they differ in: settings", first, Small("b", "--shard", "2/2", "--alpha", "0.1"));
        using var other = TestModel.OfTwoColumns();
        System.IO.File.AppendAllText(Path.Combine(other.Path, "manifest.json"), "\n");
        AssertRefused("they differ in: model", first, SmallOf(other, "b", ".csv", "--shard", "2/2"));
        var older = Small("b", "--shard", "2/2");
        var record = System.IO.File.ReadAllText(older);
        System.IO.File.WriteAllText(older, record.Replace("\"version\": \"0.1.0\"", "\"version\": \"0.0.9\"", StringComparison.Ordinal));
        AssertRefused("they differ in: version (0.1.0; 0.0.9)", first, older);
        System.IO.File.AppendAllText(_data, "1,2,r\n");
        AssertRefused("they differ in: table", first, Small("b", "--shard", "2/2"));
    }

    [Fact]
    public void A_shard_whose_files_are_not_the_ones_it_wrote_is_refused()
    {
        string[] records = [Small("a", "--shard", "1/2"), Small("b", "--shard", "2/2")];
        using (var cut = System.IO.File.Open(File("b.csv"), FileMode.Open)) cut.SetLength(cut.Length / 2);
        AssertRefused("b.csv is not the file that", records);
        System.IO.File.Delete(File("b.csv"));
        AssertRefused("b.csv is not there", records);
        records[1] = Small("b", "--shard", "2/2");
        AssertRefused("is not the record of a shard", _model.Write("other.json", "{\"format_version\": 1, \"sed\": 3}"));
        AssertRefused("is not the record of a shard", _data);
        Assert.Equal(2, _console.Run(["merge", .. records, "--out", File("merged.csv"), "--intervals", File("cells.csv")]));
        Assert.Contains("again with --intervals, or leave --intervals out", _console.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0/3")]
    [InlineData("4/3")]
    [InlineData("3")]
    [InlineData("-1/3")]
    public void A_shard_that_is_none_is_refused(string shard) =>
        Assert.Contains($"--shard is '{shard}'", Assert.Throws<UserInputException>(() => ShardRows.Parse(shard)).Message, StringComparison.Ordinal);

    [Fact]
    public void Shards_cover_every_table_once()
    {
        foreach (var rows in (int[])[1, 511, 512, 513, 5000, 2_000_000_000])
        {
            var most = Math.Min(37, (rows + 511) / 512);
            foreach (var count in Enumerable.Range(1, most))
            {
                var parts = Enumerable.Range(1, count).Select(number => new ShardRows(number, count).Of(rows)).ToArray();
                Assert.Equal((0, rows), (parts[0].First, parts[^1].End));
                Assert.All(parts.Zip(parts.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.First));
                Assert.All(parts, part => Assert.True(part.First < part.End && part.First % 512 == 0));
            }
        }

        Assert.Contains("2 shards are as many", Assert.Throws<UserInputException>(() => new ShardRows(1, 3).Of(700)).Message, StringComparison.Ordinal);
    }
}
