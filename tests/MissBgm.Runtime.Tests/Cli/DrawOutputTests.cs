using System.Text;
using System.Text.Json;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Cli;

public sealed class DrawOutputTests : IDisposable
{
    private const string Data = "a,k,b,c\n9,7,,8\n,7,,8\n9,,10,11\n9,7,10,\n";
    private readonly TestModel _model;
    private readonly TestConsole _console = new();

    public DrawOutputTests()
    {
        var constant = TestModel.Columns(1)[0] with { Name = "k", Minimum = 7, Maximum = 7, Location = 7 };
        var columns = TestModel.Columns(3, 10, 2);
        _model = new TestModel(
            TestModel.Random(2, 3, 8), 2, [columns[0], constant, columns[1], columns[2]],
            new InferenceSettings { Draws = 30, BurnIn = 20, Chains = 2 });
    }

    public void Dispose()
    {
        _model.Dispose();
        _console.Dispose();
    }

    private int Impute(params string[] more) =>
        _console.Run(
            [
                "impute", "--model", _model.Path, "--data", _model.Write("data.csv", Data), "--out", _model.File("out.csv"), "--intervals",
                _model.File("cells.csv"), .. more,
            ]);

    [Fact]
    public void All_draws_are_written_as_a_NumPy_array_in_the_order_of_the_cells()
    {
        Assert.Equal(0, Impute("--draws-out", _model.File("draws.npy")));
        var bytes = File.ReadAllBytes(_model.File("draws.npy"));
        Assert.Equal("NUMPY", Encoding.ASCII.GetString(bytes, 1, 5));
        Assert.Contains("{'descr': '<f4', 'fortran_order': False, 'shape': (5, 2, 30), }", Encoding.ASCII.GetString(bytes, 10, 118), StringComparison.Ordinal);
        Assert.Equal('\n', (char)bytes[127]);
        var draws = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.AsSpan(128)).ToArray();
        Assert.Equal(5 * 2 * 30, draws.Length);
        var cells = TableReader.Read(_model.File("cells.csv"));
        for (var cell = 0; cell < 5; cell++) Assert.Equal(cells.Number(cell, 2), draws.Skip(cell * 60).Take(60).Average(v => (double)v), 1e-4);
        Assert.All(draws.Skip(3 * 60).Take(60), v => Assert.Equal(7f, v));
    }

    [Fact]
    public void Multiple_imputations_are_completed_tables_that_differ_in_their_missing_cells_only()
    {
        Assert.Equal(0, Impute("--multiple", "3", "--multiple-dir", _model.File("mi"), "--draws-out", _model.File("draws.npy")));
        Assert.Equal(["imputation_1.csv", "imputation_2.csv", "imputation_3.csv"], Directory.GetFiles(_model.File("mi")).Select(Path.GetFileName).Order());
        var tables = Enumerable.Range(1, 3).Select(i => TableReader.Read(Path.Combine(_model.File("mi"), $"imputation_{i}.csv"))).ToArray();
        Assert.All(tables, table => Assert.Equal((0, "10", "9"), (table.MissingCells, table.Text(2, 2), table.Text(3, 0))));
        Assert.Equal(3, tables.Select(table => table.Number(0, 2)).Distinct().Count());

        // Imputation 2 is chain 1's draw in the middle of it: 15 of 30.
        var draws = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(_model.File("draws.npy")).AsSpan(128)).ToArray();
        Assert.Equal(draws[30 + 15], tables[1].Number(0, 2), 1e-4);
    }

    [Fact]
    public void Draws_are_refused_where_none_are_made()
    {
        Assert.Equal(2, Impute("--map-only", "--draws-out", _model.File("draws.npy")));
        Assert.Equal(2, Impute("--multiple", "3"));
        Assert.Equal(2, Impute("--multiple", "61", "--multiple-dir", _model.File("mi")));
        Assert.Contains("61 imputations need as many draws", _console.Messages, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_model.File("mi")));
        Assert.False(File.Exists(_model.File("out.csv")));
    }

    [Fact]
    public void Strict_turns_a_bad_verdict_into_exit_code_4_and_keeps_the_files()
    {
        Assert.Equal(0, Impute());
        Assert.Contains("too few to tell whether the cells have converged", _console.Messages, StringComparison.Ordinal);
        Assert.Equal(4, Impute("--strict"));
        Assert.True(File.Exists(_model.File("out.csv")));
    }

    [Fact]
    public void Long_enough_chains_satisfy_strict() => Assert.Equal(0, Impute("--strict", "--draws", "4000", "--burn-in", "500"));

    [Fact]
    public void Estimates_are_pooled_by_term()
    {
        var estimates = _model.Write("estimates.csv", "imputation,term,estimate,std_error\n1,x,1,0.5\n1,y,2,0.1\n2,x,3,0.5\n2,y,2.1,0.1\n");
        Assert.Equal(0, _console.Run("pool", "--estimates", estimates, "--json"));
        using var json = JsonDocument.Parse(_console.Output);
        Assert.Equal(2, json.RootElement.GetProperty("x").GetProperty("estimate").GetDouble());
        Assert.Equal(Math.Sqrt(0.25 + 1.5 * 2), json.RootElement.GetProperty("x").GetProperty("standard_error").GetDouble(), 9);
    }

    [Fact]
    public void Estimates_without_their_columns_or_with_one_imputation_are_refused()
    {
        Assert.Equal(2, _console.Run("pool", "--estimates", _model.Write("e.csv", "term,estimate\nx,1\n")));
        Assert.Contains("no column 'std_error'", _console.Messages, StringComparison.Ordinal);
        Assert.Equal(2, _console.Run("pool", "--estimates", _model.Write("e.csv", "term,estimate,std_error\nx,1,1\n")));
        Assert.Contains("term 'x'", _console.Messages, StringComparison.Ordinal);
    }
}
