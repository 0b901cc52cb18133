using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Collapsed.Levels;

/// <summary>
/// Offsets of categorical columns' indicators with which rows drawn from a fitted model have each level as often as its indicator's mean
/// says, which is the level's share as far as the mask is
/// ignorable: where rows with some levels miss the column more often, the mean knows.
/// </summary>
internal static class LevelCalibration
{
    private const int Draws = 4096;

    /// <summary>The columns with their offsets.</summary>
    /// <param name="columns">The modelled columns.</param>
    /// <param name="weights">The fits' parameters.</param>
    /// <param name="fits">The fits and their weights.</param>
    /// <param name="random">Random numbers of the draws.</param>
    public static IReadOnlyList<ColumnSchema> Run(
        IReadOnlyList<ColumnSchema> columns, CollapsedMixture weights, IReadOnlyList<GeneratorFit> fits, Philox random)
    {
        var coding = new GaussianCoding(columns);
        if (!Enumerable.Range(0, columns.Count).Any(c => coding.PlacesOf(c).Count() > 1)) return columns;
        var rows = DrawRows(weights, fits, random);
        ColumnSchema Calibrate(ColumnSchema column, int c) =>
            coding.PlacesOf(c).Count() == 1 ? column : column with { LevelOffsets = Offsets(column, c, coding, rows) };
        return [.. columns.Select(Calibrate)];
    }

    private static double[] Offsets(ColumnSchema column, int c, GaussianCoding coding, float[] rows)
    {
        var levels = column.Levels!.Count;
        var (indicators, means) = (new double[Draws * levels], new double[levels]);
        for (var i = 0; i < indicators.Length; i++)
        {
            indicators[i] = coding.Indicator(rows.AsSpan(i / levels * coding.Columns, coding.Columns), c, i % levels);
            means[i % levels] += indicators[i] / Draws;
        }

        // A mean may fall below 0 by accident; a level keeps a tenth of what is observed of it.
        var wanted = means.Select((mean, k) => Math.Max(mean, 0.1 * column.LevelShares![k])).ToArray();
        return LevelOffsets.Of([.. column.LevelShares!], indicators, Array.ConvertAll(wanted, share => share / wanted.Sum()));
    }

    // Rows of all Gaussian columns: a fit by its weight, a component by its share, z, and x given z.
    private static float[] DrawRows(CollapsedMixture weights, IReadOnlyList<GeneratorFit> fits, Philox random)
    {
        var (d, q) = (weights.LatentDimension, weights.Columns);
        var cumulative = new double[weights.Members.Count];
        for (int fit = 0, member = 0, below = 0; member < cumulative.Length; member++)
        {
            if (member == below + fits[fit].Components) below += fits[fit++].Components;
            var shares = weights.LogShares[below..(below + fits[fit].Components)].Sum(Math.Exp);
            cumulative[member] = (member == 0 ? 0 : cumulative[member - 1]) + fits[fit].Weight * Math.Exp(weights.LogShares[member]) / shares;
        }

        var (rows, normals, uniform) = (new float[Draws * q], new float[d + q], new float[1]);
        for (var draw = 0; draw < Draws; draw++)
        {
            random.Uniforms(uniform, RandomPurpose.LevelChoice, 1, draw, 0);
            random.Normals(normals, RandomPurpose.LevelChoice, 2, draw, 0);
            var found = Array.FindIndex(cumulative, upTo => uniform[0] < upTo);
            var member = weights.Members[found < 0 ? cumulative.Length - 1 : found];
            for (var j = 0; j < q; j++)
            {
                var value = member.Intercept[j] + member.Scale[j] * normals[d + j];
                for (var k = 0; k < d; k++) value += member.Loadings[k * q + j] * normals[k];
                rows[draw * q + j] = (float)value;
            }
        }

        return rows;
    }
}
