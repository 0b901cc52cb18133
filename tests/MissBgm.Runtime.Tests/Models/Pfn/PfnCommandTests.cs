using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Models.Pfn;

public sealed class PfnCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-test-").FullName;
    private readonly TestConsole _console = new();

    public void Dispose()
    {
        _console.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Predict_writes_a_column_for_each_class_and_the_predicted_one()
    {
        var (train, test, output) = (
            Write("train.csv", "x,k,label\n1,a,no\n2,b,yes\n3,,no\n4,b,yes\n"), Write("test.csv", "k,x\na,1\n,\n"),
            Path.Combine(_folder, "out.csv"));
        Assert.Equal(0, _console.Run("predict", "--model", Nano.Path, "--train", train, "--test", test, "--target", "label", "--out", output));
        var lines = File.ReadAllLines(output);
        Assert.Equal("no,yes,predicted", lines[0]);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void Predict_writes_mean_sd_and_interval_of_a_number_and_says_which_options_are_of_classes()
    {
        var rows = string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 13},{20.5 + 3 * (i % 13) + i * 0.01}\n"));
        var (train, test, output) = (Write("train.csv", "x,price\n" + rows), Write("test.csv", "x\n3\n\"\"\n"), Path.Combine(_folder, "out.csv"));
        string[] command = ["predict", "--model", Nano.Path, "--train", train, "--test", test, "--target", "price", "--out", output, "--ensemble", "2"];
        Assert.Equal(0, _console.Run(command));
        var lines = File.ReadAllLines(output);
        Assert.Equal("mean,sd,lower,upper", lines[0]);
        Assert.Equal([4, 4], lines[1..].Select(line => line.Split(',').Length));
        Assert.InRange(double.Parse(lines[1].Split(',')[0]), 20, 40);
        File.Delete(output);
        Assert.Equal(2, _console.Run([.. command, "--report", Path.Combine(_folder, "r.html")]));
        Assert.Equal(2, _console.Run([.. command, "--as", "classes"]));
        Assert.False(File.Exists(output));
    }

    [Fact]
    public void A_users_mistake_is_exit_code_2_and_leaves_no_output()
    {
        var (train, output) = (Write("train.csv", "x,label\n1,a\n2,a\n"), Path.Combine(_folder, "out.csv"));
        Assert.Equal(2, _console.Run("predict", "--model", Nano.Path, "--train", train, "--test", train, "--target", "label", "--out", output));
        Assert.False(File.Exists(output));
    }

    [Fact]
    public void Impute_takes_the_same_bundle_and_refuses_options_of_chains()
    {
        var (data, output) = (Write("data.csv", "a,b\n1,2\n2,\n3,6\n4,8\n"), Path.Combine(_folder, "out.csv"));
        Assert.Equal(0, _console.Run("impute", "--model", Nano.Path, "--data", data, "--out", output, "--draws", "8"));
        Assert.StartsWith("a,b\n1,2\n2,", File.ReadAllText(output), StringComparison.Ordinal);
        Assert.Equal(2, _console.Run("impute", "--model", Nano.Path, "--data", data, "--out", output, "--chains", "8"));
    }

    [Fact]
    public void Draws_and_imputations_are_written_in_the_order_of_the_cells()
    {
        var data = Write("data.csv", "a,k,b\n1,7,2\n2,,\n3,7,6\n,7,8\n5,7,11\n");
        string Place(string name) => Path.Combine(_folder, name);
        string[] files =
        [
            "--out", Place("out.csv"), "--intervals", Place("cells.csv"), "--draws-out", Place("draws.npy"), "--multiple", "3",
            "--multiple-dir", Place("m"),
        ];
        Assert.Equal(0, _console.Run(["impute", "--model", Nano.Path, "--data", data, "--draws", "10", .. files]));

        var bytes = File.ReadAllBytes(Place("draws.npy"));
        Assert.Contains("(2, 1, 10)", System.Text.Encoding.ASCII.GetString(bytes[..128]), StringComparison.Ordinal);
        var draws = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.AsSpan(128)).ToArray();
        var cells = TableReader.Read(Place("cells.csv"));
        Assert.Equal(["b", "a"], Enumerable.Range(0, 2).Select(i => cells.Text(i, 1)));
        for (var cell = 0; cell < 2; cell++)
        {
            var own = draws[(cell * 10)..(cell * 10 + 10)];
            Assert.Equal(cells.Number(cell, 2), own.Average(), 1e-4 * Math.Abs(own.Average()) + 1e-4);
        }

        var imputed = Enumerable.Range(1, 3).Select(i => TableReader.Read(Place($"m/imputation_{i}.csv"))).ToArray();
        Assert.All(imputed, table => Assert.Equal((true, 6.0), (table.IsMissing(1, 1), table.Number(2, 2))));
        Assert.Equal(3, imputed.Select(table => table.Text(1, 2)).Distinct().Count());
    }

    [Fact]
    public void Levels_are_imputed_with_their_probabilities_and_drawn_by_number()
    {
        var rows = Enumerable.Range(0, 24).Select(i => $"{i}.50,{(i % 5 == 2 ? "" : i < 8 ? "a" : i < 16 ? "b" : "c d")},{(i % 7 == 3 ? "" : i % 2)}\n");
        var data = Write("data.csv", "x,k,b\n" + string.Concat(rows));
        string Place(string name) => Path.Combine(_folder, name);
        string[] files =
        [
            "--out", Place("out.csv"), "--intervals", Place("cells.csv"), "--draws-out", Place("draws.npy"), "--multiple", "2",
            "--multiple-dir", Place("m"),
        ];
        Assert.Equal(0, _console.Run(["impute", "--model", Nano.Path, "--data", data, "--draws", "20", .. files]));

        Assert.StartsWith("x,k,b\n0.50,a,0\n1.50,a,1\n2.50,", File.ReadAllText(Place("out.csv")), StringComparison.Ordinal);
        var lines = File.ReadAllLines(Place("cells.csv"));
        Assert.Equal("row,column,mean,sd,lower,upper,map,rhat,ess,level,probabilities", lines[0]);
        Assert.Matches(@"^2,k,,,,,,,,(a|b|c d),a=[\d.]+;b=[\d.]+;c d=[\d.]+$", lines[1]);
        Assert.Matches(@"^3,b,,,,,,,,[01],0=[\d.]+;1=[\d.]+$", lines[2]);
        var draws = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Place("draws.npy")).AsSpan(128)).ToArray();
        Assert.Equal(
            $"a={draws[..20].Count(draw => draw == 0) / 20.0:0.####};b={draws[..20].Count(draw => draw == 1) / 20.0:0.####};c "
            + $"d={draws[..20].Count(draw => draw == 2) / 20.0:0.####}",
            lines[1].Split(',')[^1]);
        Assert.All(Enumerable.Range(1, 2), i => Assert.Contains(TableReader.Read(Place($"m/imputation_{i}.csv")).Text(2, 1), (string[])["a", "b", "c d"]));
    }

    [Fact]
    public void Inspect_says_what_the_network_has_room_for()
    {
        Assert.Equal(0, _console.Run("inspect", "--model", Nano.Path));
        Assert.Contains("100 features, 10 classes", _console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_altered_bundle_is_named()
    {
        foreach (var file in Directory.EnumerateFiles(Nano.Path)) File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        File.AppendAllText(Path.Combine(_folder, PfnFiles.Pfn), "x");
        Assert.Contains("pfn.onnx is truncated or altered", Assert.Throws<BundleException>(() => PfnModel.Load(_folder)).Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
