using MissBgm.Runtime;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Cli.Simulate;
using MissBgm.Trainer.Simulation;
using MissBgm.Trainer.Tensors;

namespace MissBgm.Trainer.Tests.Simulation;

/// <summary>What <c>missbgm-train simulate</c> writes.</summary>
public sealed class SimulateJobTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-simulate-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_oracle_benchmark_is_written_as_arrays_and_as_tables_that_agree()
    {
        var settings = new OracleBenchmarkSettings { Rows = 500, Columns = 50, MissingRate = 0.3 };
        var summary = SimulateJob.Run(new SimulateRequest(SimulationKind.Oracle, Out("oracle"), null, settings, 0.05));
        var full = NpyFile.Read<float>(Out("oracle/x_full.npy"));
        var observed = NpyFile.Read<byte>(Out("oracle/observed.npy")).Values;
        Assert.Equal([500, 50], full.Shape);
        Assert.Equal(Fixture.BenchmarkHashes["synthetic/n500_p50/x_full.npy"], Fixture.Hash<float>(full.Values));
        Assert.Equal(Fixture.BenchmarkHashes["synthetic/n500_p50/observed_r30.npy"], Fixture.Hash<byte>(observed));
        Assert.Equal(Fixture.BenchmarkHashes["synthetic/n500_p50/mu.npy"], Fixture.Hash<float>(NpyFile.Read<float>(Out("oracle/mu.npy")).Values));
        Assert.Equal(Fixture.BenchmarkHashes["synthetic/n500_p50/sigma.npy"], Fixture.Hash<float>(NpyFile.Read<float>(Out("oracle/sigma.npy")).Values));
        Assert.Equal(full.Values, CompleteTable.Values(TableReader.Read(Out("oracle/complete.csv"))).Values);
        Assert.Equal(observed.Count(o => o == 0), summary.HiddenCells);
        AssertHides(Out("oracle"), observed);

        var cells = TableReader.Read(Out("oracle/oracle.csv"));
        Assert.Equal(["row", "column", "mean", "sd", "lower", "upper"], cells.Header);
        Assert.Equal(summary.HiddenCells, cells.Rows);
        var error = Enumerable.Range(0, cells.Rows).Average(c =>
            Math.Pow(full.Values[(int)cells.Number(c, 0) * 50 + int.Parse(cells.Text(c, 1)[1..]) - 1] - cells.Number(c, 2), 2));
        Assert.Equal(0.473, Math.Sqrt(error), 3);
    }

    [Fact]
    public void The_papers_incomplete_wine_table_comes_out_byte_for_byte()
    {
        Simulate(SimulationKind.RealMnar, Data("wine.csv"), 0.2, 123);
        Assert.Equal(File.ReadAllBytes(Data("wine_mnar20.csv")), File.ReadAllBytes(Out("incomplete.csv")));
        Assert.Equal(File.ReadAllBytes(Data("wine.csv")), File.ReadAllBytes(Out("complete.csv")));
        Assert.Equal(Fixture.BenchmarkHashes["real_mnar20/wine_x_full_standardised.npy"], Fixture.Hash<float>(NpyFile.Read<float>(Out("x_full.npy")).Values));
    }

    [Theory]
    [InlineData("MnarM2M")]
    [InlineData("Mcar")]
    public void A_masked_table_keeps_the_texts_of_its_observed_cells(string kind)
    {
        Simulate(Enum.Parse<SimulationKind>(kind), Data("concrete.csv"), 0.3, 7);
        var observed = NpyFile.Read<byte>(Out("observed.npy")).Values;
        Assert.InRange(observed.Count(o => o == 0) / (double)observed.Length, 0.25, 0.35);
        AssertHides(_folder, observed);
    }

    [Fact]
    public void Texts_can_be_hidden_completely_at_random()
    {
        var path = Write("colour,size\nred,1\n\"light, blue\",2\ngreen,3\n");
        Simulate(SimulationKind.Mcar, path, 0.5, 3);
        AssertHides(_folder, NpyFile.Read<byte>(Out("observed.npy")).Values);
        Assert.False(File.Exists(Out("x_full.npy")));
    }

    [Fact]
    public void A_missing_cell_is_named()
    {
        var error = Assert.Throws<UserInputException>(() => Simulate(SimulationKind.Mcar, Write("a,b\n1,2\n3,\n"), 0.2, 1));
        Assert.Contains("line 3, column 'b'", error.Message);
    }

    [Fact]
    public void A_text_is_named_where_numbers_are_needed()
    {
        var error = Assert.Throws<UserInputException>(() => Simulate(SimulationKind.RealMnar, Write("a,b\n1,2\n3,red\n"), 0.2, 1));
        Assert.Contains("line 3, column 'b': 'red'", error.Message);
    }

    [Theory]
    [InlineData(0.0, 0.05, 5, "--rate is 0")]
    [InlineData(1.0, 0.05, 5, "--rate is 1")]
    [InlineData(0.2, 1.5, 5, "--alpha is 1.5")]
    [InlineData(0.2, 0.05, 0, "--anchors is 0")]
    [InlineData(0.2, 0.05, 50, "--columns is 50")]
    public void A_setting_out_of_range_is_refused(double rate, double alpha, int anchors, string message)
    {
        var settings = new OracleBenchmarkSettings { MissingRate = rate, Anchors = anchors };
        Assert.Contains(message, Assert.Throws<UserInputException>(() => new SimulateRequest(SimulationKind.Oracle, _folder, null, settings, alpha)).Message);
    }

    private void Simulate(SimulationKind kind, string data, double rate, ulong seed) =>
        SimulateJob.Run(new SimulateRequest(kind, _folder, data, new OracleBenchmarkSettings { MissingRate = rate, Seed = seed }, 0.05));

    private static void AssertHides(string folder, byte[] observed)
    {
        var (complete, incomplete) = (TableReader.Read(Path.Combine(folder, "complete.csv")), TableReader.Read(Path.Combine(folder, "incomplete.csv")));
        Assert.Equal(complete.Header, incomplete.Header);
        Assert.Equal(observed.Length, incomplete.Rows * incomplete.Columns);
        for (var cell = 0; cell < observed.Length; cell++)
        {
            var (row, column) = (cell / complete.Columns, cell % complete.Columns);
            Assert.Equal(observed[cell] == 1 ? complete.Text(row, column) : "", incomplete.Text(row, column));
        }
    }

    private string Write(string text)
    {
        var path = Out("table.csv");
        File.WriteAllText(path, text);
        return path;
    }

    private string Out(string name) => Path.Combine(_folder, name);

    private static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "data", name);
}
