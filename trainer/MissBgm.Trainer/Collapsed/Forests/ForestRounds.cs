using MissBgm.Runtime.Forests;
using MissBgm.Runtime.Models.Collapsed;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Forests;

/// <summary>A table without some of its observed cells, completed by draws.</summary>
/// <param name="Hidden">The table and those cells.</param>
/// <param name="Gaussian">What the average of the generators says of them, [cells].</param>
/// <param name="Drawn">Completed tables, [n, q] each.</param>
internal sealed record ForestTables(HiddenTable Hidden, double[] Gaussian, float[][] Drawn);

/// <summary>How to grow forests.</summary>
/// <param name="Rounds">How often: all but the first time on tables that they have drawn.</param>
/// <param name="Share">Chance of a column to be tried at a node.</param>
/// <param name="Trees">Trees of each forest.</param>
internal readonly record struct ForestPlan(int Rounds, double Share, int Trees);

/// <summary>
/// Grows forests in rounds: first on tables whose missing cells the generators have drawn, then on the same tables where the forests of the round before
/// have drawn the cells that they have a share in. A forest's predictors then have the law that it will draw from, as in a Gibbs sampler.
/// </summary>
internal static class ForestRounds
{
    /// <summary>Grows the forests of some columns.</summary>
    /// <param name="data">The coded table.</param>
    /// <param name="tables">Its completions by the generators, [n, q] each.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="weights">Shares of the draws between the rounds, [q].</param>
    /// <param name="plan">How.</param>
    /// <param name="random">Random numbers.</param>
    /// <param name="cancel">Ends the growth.</param>
    /// <param name="first">The first round's, where they are grown already.</param>
    /// <returns>The last round's, in the columns' order.</returns>
    public static RegressionForest[] Grow(
        MaskedMatrix data, float[][] tables, int[] columns, double[] weights, ForestPlan plan, Philox random, CancellationToken cancel,
        RegressionForest[]? first = null)
    {
        var forests = first ?? On(tables);
        for (var round = 1; round < plan.Rounds; round++) forests = On(Draw(data, tables, forests, weights, round, random));
        return forests;

        RegressionForest[] On(float[][] drawn) => Array.ConvertAll(columns, column =>
        {
            cancel.ThrowIfCancellationRequested();
            return ForestGrowth.Grow(drawn, data.Columns, column, data.RowsThatObserve(column), plan, random);
        });
    }

    /// <summary>
    /// What forests grown without the hidden cells say of these beside the average, by column (null for columns without any), and the forests. As many
    /// passes as rounds but one draw the rows that they go by.
    /// </summary>
    /// <param name="trials">The tables without the cells.</param>
    /// <param name="columns">The columns that may have a forest.</param>
    /// <param name="weights">Shares of the draws between the rounds, [q].</param>
    /// <param name="plan">How.</param>
    /// <param name="random">Random numbers.</param>
    /// <param name="cancel">Ends the growth.</param>
    /// <param name="first">The forests of the first round, where they are grown already, by trial.</param>
    public static (ForestTrial?[] Trials, RegressionForest[][] Forests) Try(
        IReadOnlyList<ForestTables> trials, int[] columns, double[] weights, ForestPlan plan, Philox random, CancellationToken cancel,
        RegressionForest[][]? first = null)
    {
        var grown = new RegressionForest[trials.Count][];
        var q = trials[0].Hidden.Data.Columns;
        var found = new (List<double> Truth, List<double> Gaussian, List<double> Forest)?[q];
        foreach (var (number, trial) in trials.Index())
        {
            var (data, cells) = (trial.Hidden.Data, trial.Hidden.Cells);
            int[] hiding = [.. columns.Intersect(cells.Select(cell => cell % q))];
            var forests = grown[number] = Grow(data, trial.Drawn, hiding, weights, plan, random, cancel, first?[number]);
            var drawn = plan.Rounds == 1 ? trial.Drawn : Draw(data, trial.Drawn, forests, weights, plan.Rounds - 1, random);
            foreach (var forest in forests)
            {
                var lists = found[forest.Place] ??= ([], [], []);
                foreach (var i in Enumerable.Range(0, cells.Length).Where(i => cells[i] % q == forest.Place))
                {
                    lists.Truth.Add(trial.Hidden.Truth[i]);
                    lists.Gaussian.Add(trial.Gaussian[i]);
                    lists.Forest.Add(Foretold(forest, drawn, cells[i] / q, q));
                }
            }
        }

        return (Array.ConvertAll(found, lists => lists is { } all ? new ForestTrial([.. all.Truth], [.. all.Gaussian], [.. all.Forest]) : null), grown);
    }

    // The tables as the forests draw them anew.
    private static float[][] Draw(MaskedMatrix data, float[][] tables, RegressionForest[] forests, double[] weights, int passes, Philox random)
    {
        var q = data.Columns;
        var law = new ColumnForests([.. forests.Select(forest => (forest.Place, weights[forest.Place], forest))], passes);
        var (uniforms, seen, mean, deviation) = (new float[law.Uniforms], new float[q], new float[q], new float[q]);
        return [.. tables.Select((table, number) =>
        {
            var drawn = (float[])table.Clone();
            for (var row = 0; row < data.Rows; row++)
            {
                for (var j = 0; j < q; j++) seen[j] = (float)data.Observed[row * data.Stride + j];
                random.Uniforms(uniforms, RandomPurpose.ForestDraw, number, row, 0);
                law.Draw(drawn.AsSpan(row * q, q), mean, deviation, seen, uniforms);
            }

            return drawn;
        })];
    }

    // The mean over trees and completed tables.
    private static double Foretold(RegressionForest forest, float[][] tables, int row, int q)
    {
        var sum = 0.0;
        foreach (var table in tables)
        {
            for (var tree = 0; tree < forest.Roots.Length; tree++) sum += forest.Mean(forest.Leaf(tree, table.AsSpan(row * q, q)));
        }

        return sum / tables.Length / forest.Roots.Length;
    }
}
