using System.Text;
using MissBgm.CommandLine;
using MissBgm.Runtime.Cli;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Trainer.Cli;

namespace MissBgm.Trainer.Tests.Cli;

/// <summary>A table of numbers and texts from fit to impute through both programs: what one factor says about every column is found again.</summary>
[Collection("live tensors")]
public sealed class MixedTableTests : IDisposable
{
    private const int Rows = 240;
    private const string Config = """
        mechanism: paper
        z_dim: 2
        columns:
          grade: {type: ordinal, levels: [low, middle, high]}
          share: {minimum: 0, maximum: 1}
        paper:
          epochs: 40
          g_units: [20, 20]
          missingness_units: [8]
          lr_decay: 0.1
          egm_init: {n_iter: 200, e_units: [20], dz_units: [8], dx_units: [8]}
        """;

    private static readonly string[] Colours = ["blue", "green", "red, dark"];
    private static readonly string[] Grades = ["low", "middle", "high"];
    private readonly TemporaryFolder _folder = new();
    private readonly TestConsole _console = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Levels_are_found_again_more_often_than_by_guessing_the_most_frequent()
    {
        var (truth, incomplete) = Tables();
        var data = _folder.Write("t.csv", incomplete);
        Assert.Equal(
            0,
            CommandLineHost.Run<TrainerApp>(
                ["fit", "--data", data, "--out", _folder.PathOf("model"), "--config", _folder.Write("c.yaml", Config), "--quiet"], _console,
                default));
        string[] impute =
        [
            "impute", "--model", _folder.PathOf("model"), "--data", data, "--out", _folder.PathOf("out.csv"), "--intervals",
            _folder.PathOf("cells.csv"), "--draws", "60", "--burn-in", "60",
            "--chains", "2", "--multiple", "2", "--multiple-dir", _folder.PathOf("multiple"), "--draws-out", _folder.PathOf("draws.npy"),
        ];
        Assert.Equal(0, CommandLineHost.Run<MissBgmApp>(impute, _console, default));

        var (complete, hidden, completed) = (Read(truth), Read(incomplete), TableReader.Read(_folder.PathOf("out.csv")));
        var cells = from row in Enumerable.Range(0, Rows) from column in new[] { 2, 3, 4 } where hidden.IsMissing(row, column) select (row, column);
        var found = cells.Average(cell => complete.Text(cell.row, cell.column) == completed.Text(cell.row, cell.column) ? 1.0 : 0);
        var frequent = cells.Average(cell => complete.Text(cell.row, cell.column) == MostFrequent(hidden, cell.column) ? 1.0 : 0);
        Assert.True(found > frequent + 0.15, $"{found} against {frequent}");
        Assert.Equal(0, completed.MissingCells);
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < 5; column++)
            {
                if (!hidden.IsMissing(row, column)) Assert.Equal(hidden.Text(row, column), completed.Text(row, column));
            }

            Assert.InRange(completed.Number(row, 1), 0, 1);
        }

        Assert.All(Enumerable.Range(0, Rows), row => Assert.Contains(TableReader.Read(_folder.PathOf("multiple/imputation_2.csv")).Text(row, 3), Colours));
        CheckCells(TableReader.Read(_folder.PathOf("cells.csv")));
        Assert.Equal(0, CommandLineHost.Run<MissBgmApp>(["inspect", "--model", _folder.PathOf("model")], _console, default));
        Assert.Contains("low < middle < high", _console.Output);
        Assert.Equal(
            0,
            CommandLineHost.Run<MissBgmApp>(
                [
                    "impute", "--model", _folder.PathOf("model"), "--data",
                    _folder.Write("new.csv", "size,share,flag,colour,grade\n1,0.5,yes,purple,\n"), "--out", _folder.PathOf("o.csv"),
                ],
                _console, default));
        Assert.Contains("column 'colour': 1 cell holds a level that training had not ('purple')", _console.Messages);
        Assert.StartsWith("size,share,flag,colour,grade\n1,0.5,yes,purple,", File.ReadAllText(_folder.PathOf("o.csv")));
    }

    private static void CheckCells(Table cells)
    {
        Assert.Equal("row,column,mean,sd,lower,upper,map,rhat,ess,level,probabilities", string.Join(',', cells.Header));
        for (var i = 0; i < cells.Rows; i++)
        {
            var discrete = cells.Text(i, 1) is "flag" or "colour" or "grade";
            Assert.Equal((discrete, discrete, !discrete), (cells.IsMissing(i, 2), !cells.IsMissing(i, 9), cells.IsMissing(i, 10)));
            if (cells.Text(i, 1) == "colour") Assert.Contains(cells.Text(i, 6), Colours);
            if (discrete) Assert.Equal(1, cells.Text(i, 10).Split(';').Sum(part => double.Parse(part.Split('=')[1])), 1e-3);
        }
    }

    private static string MostFrequent(Table table, int column) =>
        Enumerable.Range(0, Rows).Where(row => !table.IsMissing(row, column)).GroupBy(row => table.Text(row, column)).MaxBy(group => group.Count())!.Key;

    private static Table Read(string text) => TableReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "t.csv");

    // One factor moves all five columns; a fifth of the cells is hidden at random.
    private static (string Truth, string Incomplete) Tables()
    {
        var (truth, incomplete) = (new StringBuilder("size,share,flag,colour,grade\n"), new StringBuilder("size,share,flag,colour,grade\n"));
        var (normals, uniforms) = (new float[7], new float[5]);
        for (var row = 0; row < Rows; row++)
        {
            new Philox(7).Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            new Philox(7).Uniforms(uniforms, RandomPurpose.Simulation, 1, row, 0);
            var factor = 1.5 * normals[0];
            int Third(double value) => value < -0.6 ? 0 : value < 0.6 ? 1 : 2;
            string[] cells =
            [
                $"{factor + 0.4 * normals[1]:F3}", $"{1 / (1 + Math.Exp(-factor - 0.3 * normals[2])):F3}", factor + 0.4 * normals[3] > 0 ? "yes" : "no",
                $"\"{Colours[Third(-factor + 0.4 * normals[4])]}\"", Grades[Third(factor + 0.4 * normals[5])],
            ];
            truth.AppendJoin(',', cells).Append('\n');
            incomplete.AppendJoin(',', cells.Select((cell, j) => uniforms[j] < 0.2 ? "" : cell)).Append('\n');
        }

        return (truth.ToString(), incomplete.ToString());
    }
}
