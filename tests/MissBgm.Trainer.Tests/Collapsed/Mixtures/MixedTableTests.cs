using System.Globalization;
using MissBgm.CommandLine;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Trainer.Cli;

namespace MissBgm.Trainer.Tests.Collapsed.Mixtures;

/// <summary>Tables of numbers, ordinal, binary and categorical columns, from fit to imputed levels.</summary>
public sealed class MixedTableTests : IDisposable
{
    private const int Rows = 1000;
    private const string Mixed = "columns: {flag: {type: binary}, size: {type: ordinal, levels: [small, medium, large]}, group: {type: categorical}}\n";
    private readonly TemporaryFolder _folder = new();
    private readonly TestConsole _console = new();

    public void Dispose() => _folder.Dispose();

    // The flag is cut from z's own variable, so its probability given the two numbers is known; 1,000 rows fit the model well enough for a
    // twentieth of the oracle's Brier score, over five tables (one alone may miss it by chance), of which marginal shares have more than twice as much.
    [Fact]
    public void A_flag_s_probabilities_are_nearly_as_good_as_the_truth_s()
    {
        var (score, oracle, marginal, cells) = (0.0, 0.0, 0.0, 0);
        for (var seed = 11UL; seed < 16; seed++)
        {
            var (table, truth) = Simulate(seed);
            using var imputer = Fit(table, "auto");
            var share = truth.Average(row => row.Flag);
            foreach (var cell in imputer.Impute(TableReader.Read(table)).Cells.Where(cell => cell.Column == 2))
            {
                var row = truth[cell.Row];
                Assert.Equal(1, cell.Probabilities!.Sum(), 1e-9);
                cells++;
                score += Math.Pow(cell.Probabilities![1] - row.Flag, 2);
                oracle += Math.Pow(row.Probability - row.Flag, 2);
                marginal += Math.Pow(share - row.Flag, 2);
            }
        }

        Assert.True(
            cells > 200 && score < 1.05 * oracle && marginal > 2 * oracle,
            $"{cells} cells: {score / cells}, oracle {oracle / cells}, marginal {marginal / cells}");
    }

    [Theory]
    [InlineData("ignorable")]
    [InlineData("self")]
    [InlineData("selection")]
    public void Every_mechanism_imputes_values_of_the_columns(string mechanism)
    {
        using var imputer = Fit(Simulate().Table, mechanism);
        var cells = imputer.Impute(TableReader.Read(_folder.PathOf("t.csv")), new ImputeOptions { EndRow = 200 }).Cells;
        Assert.Equal(TableReader.Read(_folder.PathOf("t.csv")).MissingCells, imputer.Bundle!.Manifest.Training.MissingCells);
        Assert.Equal(mechanism, imputer.Bundle!.Manifest.Mechanism.Name());
        Assert.Equal([0, 2, 3, 4], cells.Select(cell => cell.Column).Distinct().Order());
        Assert.All(cells, cell => Assert.True(double.IsFinite(cell.Value) && (cell.Column == 0 || cell.Value is 0 or 1 or 2)));
        // Where a number is missing its two neighbours say much, and so does the ordinal column on its own.
        Assert.True(cells.Where(cell => cell.Column == 0).Average(cell => cell.Sd) < 0.8);
    }

    private Imputer Fit(string table, string mechanism)
    {
        var config = _folder.Write("c.yaml", Mixed + "collapsed: {steps: 400}\n");
        var model = _folder.PathOf($"{mechanism}.zip");
        Assert.Equal(
            0,
            CommandLineHost.Run<TrainerApp>(
                ["fit", "--data", table, "--out", model, "--config", config, "--mechanism", mechanism], _console, default));
        return Imputer.Load(model);
    }

    // x, y = z + noise of deviation 0.5; flag = [0.9 z + 0.44 e > 0.5]; size cut from z + noise; group from sign of z with errors.
    private (string Table, (double Flag, double Probability)[] Truth) Simulate(ulong seed = 11)
    {
        var (lines, truth, normals, uniforms) = (new List<string> { "x,y,flag,size,group" }, new (double, double)[Rows], new float[5], new float[6]);
        for (var row = 0; row < Rows; row++)
        {
            new Philox(seed).Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            new Philox(seed).Uniforms(uniforms, RandomPurpose.Simulation, 1, row, 0);
            var z = normals[0];
            var (x, y) = (z + 0.5 * normals[1], z + 0.5 * normals[2]);
            var flag = 0.9 * z + Math.Sqrt(0.19) * normals[3] > 0.5;
            var size = z + 0.5 * normals[4] is var s && s < -0.6 ? "small" : s < 0.7 ? "medium" : "large";
            var group = uniforms[5] < 0.2 ? "c" : z > 0 ? "a" : "b";
            // A row misses its flag, or some of the rest.
            var hideFlag = uniforms[0] < 0.3;
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{(hideFlag || uniforms[1] > 0.2 ? $"{x:R}" : "")},{y:R},{(hideFlag ? "" : flag ? "yes" : "no")},"
                + $"{(hideFlag || uniforms[2] < 0.2 ? "" : size)},{(hideFlag || uniforms[3] < 0.2 ? "" : group)}"));
            // z | x, y has precision 1 + 2 / 0.25.
            truth[row] = (flag ? 1 : 0, StandardNormal.Cdf((0.9 * (x + y) * 4 / 9 - 0.5) / Math.Sqrt(0.19 + 0.81 / 9)));
        }

        return (_folder.Write("t.csv", string.Join('\n', lines) + "\n"), truth);
    }
}
