using System.Text;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer;

namespace MissBgm.Bench.Studies.Values;

/// <summary>
/// How often columns of many zeros are drawn as zero, against the hidden cells' own share: simulated tables of one factor, three complete
/// normal columns and two of zeros and what lies above, cells of these missing completely at random or by a complete column.
/// </summary>
internal static class ZeroStudy
{
    private const int Rows = 400;
    private const int Seeds = 5;
    private static readonly string[] Laws = ["cut", "count", "hurdle"];
    private static readonly double[] Shares = [0.6, 0.86];
    private static readonly string[] Masks = ["MCAR", "MAR"];
    private static readonly string[] Columns = ["law", "share", "mask", "cells", "observed_zeros", "hidden_zeros", "drawn_zeros", "atoms"];

    public static Study Create() => new(
        "zeros", "Shares of zeros, drawn and hidden", Columns,
        [
            .. from law in Laws
                from share in Shares
                from mask in Masks
                from seed in Enumerable.Range(1, Seeds)
                select new StudyCase($"{law}; {share:0.00}; {mask}; seed {seed}", () => Measure(law, share, mask, (ulong)seed)),
        ],
        Summarise);

    private static IReadOnlyList<string> Measure(string law, double share, string mask, ulong seed)
    {
        var folder = Directory.CreateTempSubdirectory("missbgm-bench-");
        try
        {
            var (truth, table) = Simulate(law, share, mask == "MAR", seed);
            var (path, zeros) = (Path.Combine(folder.FullName, "model"), new ZeroShares());
            ModelFit.Run(table).Write(path);
            using var imputer = Imputer.Load(path);
            var cells = imputer.Impute(table, new ImputeOptions { DrawSinks = [zeros], Threads = 1 }).Cells;
            bool IsZero(int row, int column) => truth[row, column] == 0;
            var observed = Enumerable.Range(0, 2 * Rows).Select(i => (Row: i / 2, Column: 3 + i % 2)).Where(at => !table.IsMissing(at.Row, at.Column));
            var evidence = imputer.Bundle!.Manifest.Generator?.Atoms;
            double[] values =
            [
                cells.Count, observed.Average(at => IsZero(at.Row, at.Column) ? 1.0 : 0), cells.Average(cell => IsZero(cell.Row, cell.Column) ? 1.0 : 0),
                zeros.Shares.Average(),
            ];
            return [law, $"{share:0.00}", mask, .. values.Select(value => value.ToString("G5")), evidence?.PrefersLatent == true ? "latent" : "scores"];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // A column is cut off at a quantile of its normal variable, the same in whole numbers, or 0 by chance and else log-normal, where the
    // chance and the logarithm follow the variable.
    private static (double[,] Truth, Table Table) Simulate(string law, double share, bool isMar, ulong seed)
    {
        var (truth, values, normals, uniforms) = (new double[Rows, 5], new double[Rows, 5], new float[8], new float[4]);
        var cut = StandardNormal.Quantile(share);
        for (var row = 0; row < Rows; row++)
        {
            new Philox(seed).Normals(normals, RandomPurpose.Simulation, 0, row, 0);
            new Philox(seed).Uniforms(uniforms, RandomPurpose.Simulation, 1, row, 0);
            for (var j = 0; j < 5; j++)
            {
                var g = 0.8 * normals[7] + 0.6 * normals[j];
                truth[row, j] = j < 3 ? g : law switch
                {
                    "cut" => Math.Max(0, Math.Round(3 * (g - cut), 2)),
                    "count" => Math.Max(0, Math.Ceiling(3 * (g - cut))),
                    _ => uniforms[j - 3] < 1 / (1 + Math.Exp(2 * (cut - g))) ? Math.Round(Math.Exp(1 + 0.5 * normals[j + 2] + 0.3 * g), 2) : 0,
                };
                var missing = isMar ? 1 / (1 + Math.Exp(1.1 - 1.5 * truth[row, 0])) : 0.3;
                values[row, j] = j >= 3 && uniforms[j - 1] < missing ? double.NaN : truth[row, j];
            }
        }

        return (truth, Table.FromNumbers(["a", "b", "c", "y", "z"], values));
    }

    private static string Summarise(IReadOnlyList<StudyResult> results)
    {
        var text = new StringBuilder(
            $"{Rows} rows of one factor (loadings 0.8): three complete normal columns and two of many zeros, `cut` off at a quantile, in whole numbers "
            + "(`count`), or zero by chance and else log-normal (`hurdle`); their cells are missing by 30 %, or by a logistic rule of slope 1.5 in a "
            + "complete column. Defaults of `fit`; shares of zeros in per cent, over all tables; difference of drawn and hidden, with its standard error "
            + "over tables; by which law columns were drawn (chosen by hidden observed cells).\n\n");
        text.Append("| law | zeros of the law | mask | tables | observed | hidden | drawn | drawn - hidden | latent variables |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var group in results.GroupBy(r => (Law: r["law"], Share: r["share"], Mask: r["mask"])))
        {
            double Mean(string column) => 100 * group.Average(r => r.Number(column));
            var differences = group.Select(r => 100 * (r.Number("drawn_zeros") - r.Number("hidden_zeros"))).ToArray();
            var (n, mean) = (differences.Length, differences.Average());
            var error = n < 2 ? double.NaN : Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (n - 1) / n);
            text.Append(
                $"| {group.Key.Law} | {group.Key.Share} | {group.Key.Mask} | {n} | {Mean("observed_zeros"):F1} | {Mean("hidden_zeros"):F1} | "
                + $"{Mean("drawn_zeros"):F1} | {mean:+0.0;-0.0} ({error:F1}) | {group.Count(r => r["atoms"] == "latent")} |\n");
        }

        return text.ToString();
    }

    private sealed class ZeroShares : IDrawSink
    {
        private double[] _shares = [];

        public IReadOnlyList<double> Shares => _shares;

        public void Begin(int cells, int chains, int draws) => _shares = new double[cells];

        public void Take(int cell, ReadOnlySpan<float> draws)
        {
            var zeros = 0;
            foreach (var draw in draws) zeros += draw == 0 ? 1 : 0;
            _shares[cell] = zeros / (double)draws.Length;
        }
    }
}
