using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Forests;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>The forests of a model's columns of numbers, for rows of its Gaussian columns.</summary>
internal sealed class ColumnForests
{
    private readonly (int Column, double Weight, RegressionForest Forest)[] _forests;
    private readonly int _passes;

    /// <param name="forests">Forests, with the table's columns that they are of and their shares of the draws.</param>
    /// <param name="passes">How often they draw the numbers of a row.</param>
    internal ColumnForests((int Column, double Weight, RegressionForest Forest)[] forests, int passes) => (_forests, _passes) = (forests, passes);

    /// <summary>Uniform numbers behind a draw of a row; 0 without forests.</summary>
    internal int Uniforms => _passes * _forests.Length;

    /// <summary>A bundle's forests.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="coding">Its Gaussian columns.</param>
    /// <exception cref="BundleException">The manifest names forests that the file does not have, or the file is damaged.</exception>
    internal static ColumnForests Of(Bundle bundle, GaussianCoding coding)
    {
        var modelled = bundle.Schema.Modelled;
        var columns = Enumerable.Range(0, modelled.Count).Where(c => modelled[c].Forest is not null).ToArray();
        if (columns.Length == 0) return new ColumnForests([], 1);
        var name = $"{bundle.Path}: {ForestFile.FileName}";
        var bytes = bundle.Find(ForestFile.FileName)
            ?? throw new BundleException($"{name} is missing, and the manifest names forests; export the bundle again.");
        var forests = ForestFile.Read(bytes, coding.Columns, name);
        return forests.Select(forest => forest.Place).SequenceEqual(columns.Select(coding.FirstOf))
            ? new ColumnForests(
                [.. columns.Zip(forests, (column, forest) => (column, modelled[column].Forest!.Weight, forest))], bundle.Manifest.Generator?.ForestPasses ?? 1)
            : throw new BundleException($"{name} has forests of other columns than the manifest; export the bundle again.");
    }

    /// <summary>Moves the missing numbers of a row at its means towards the forests' means, by their shares of the draws.</summary>
    /// <param name="coded">The completed row's Gaussian columns, [q].</param>
    /// <param name="observed">r of the table's columns, [p].</param>
    internal void Settle(Span<float> coded, ReadOnlySpan<float> observed)
    {
        if (_forests.Length == 0) return;
        var given = coded.ToArray();
        for (var pass = 0; pass < _passes; pass++)
        {
            foreach (var (column, weight, forest) in _forests)
            {
                if (observed[column] == 1) continue;
                var mean = 0.0;
                for (var tree = 0; tree < forest.Roots.Length; tree++) mean += forest.Mean(forest.Leaf(tree, coded)) / forest.Roots.Length;
                coded[forest.Place] = (float)((1 - weight) * given[forest.Place] + weight * mean);
            }
        }
    }

    /// <summary>
    /// Draws the missing numbers of a row anew, one column after another, where chance gives them to the forest; in every pass the same ones, so that
    /// shares stay what they are.
    /// </summary>
    /// <param name="coded">The completed row's Gaussian columns, [q].</param>
    /// <param name="mean">Means of its cells given what they were drawn from, [q].</param>
    /// <param name="deviation">Standard deviations of the same, [q].</param>
    /// <param name="observed">r of the table's columns, [p].</param>
    /// <param name="uniforms">A uniform number for each forest in each pass, <see cref="Uniforms"/> of them.</param>
    internal void Draw(Span<float> coded, Span<float> mean, Span<float> deviation, ReadOnlySpan<float> observed, ReadOnlySpan<float> uniforms)
    {
        for (var i = 0; i < Uniforms; i++)
        {
            var f = i % _forests.Length;
            var (column, weight, forest) = _forests[f];
            if (observed[column] == 1 || uniforms[f] >= weight) continue;
            (var leaf, coded[forest.Place]) = forest.Draw(coded, i == f ? uniforms[f] / weight : uniforms[i]);
            (mean[forest.Place], deviation[forest.Place]) = ((float)forest.Mean(leaf), (float)forest.Deviation(leaf));
        }
    }
}
