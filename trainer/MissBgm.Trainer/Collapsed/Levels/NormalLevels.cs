using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Mixtures;

namespace MissBgm.Trainer.Collapsed.Levels;

/// <summary>The chances of missing levels under the linear generator, by draws of their Gaussian columns.</summary>
internal sealed class NormalLevels
{
    private readonly GaussianCoding _coding;
    private readonly FactorModel _model;
    private readonly MissingLaw _law;
    private readonly Philox _random;

    /// <summary>Fits the generator.</summary>
    /// <param name="columns">The modelled columns.</param>
    /// <param name="table">The table as the schema encodes it.</param>
    /// <param name="settings">How to fit.</param>
    /// <param name="random">Random numbers of the draws.</param>
    /// <param name="cancel">Ends the fit.</param>
    public NormalLevels(IReadOnlyList<ColumnSchema> columns, EncodedTable table, CollapsedSettings settings, Philox random, CancellationToken cancel)
    {
        var coding = new GaussianCoding(columns);
        var data = MaskedMatrix.From(coding.Encode(table));
        _model = FactorAnalysis.Fit(data, LinearFit.Dimension(settings, data), settings.Threads, cancel);
        var weights = FactorForm.Of(_model, data.Columns);
        if (settings.Intervals) weights = LatentLevels.Of(CollapsedMixture.Single(weights), LevelIntervals.Of(coding)).Members[0];
        _law = weights.Missing ?? new MissingLaw(weights.Loadings, weights.Intercept, weights.Scale);
        var calibrated = LevelCalibration.Run(columns, CollapsedMixture.Single(weights), GeneratorEvidence.Linear.Fits, random);
        _coding = new GaussianCoding(calibrated);
        _random = random;
    }

    /// <summary>
    /// The chance of a level: the share of the draws that have it, one more draw being spread as the observed levels are.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The discrete column.</param>
    /// <param name="level">The level's number.</param>
    /// <param name="share">Its share of the observed cells.</param>
    /// <param name="draws">Number of draws.</param>
    public double Chance(int row, int column, int level, double share, int draws)
    {
        var (d, places, hits) = (_model.Dimension, _coding.PlacesOf(column).ToArray(), 0);
        var (factor, coded, normals, z) = (new double[d * d], new float[_coding.Columns], new float[d + places.Length], new double[d]);
        _model.LatentCovariance.AsSpan(row * d * d, d * d).CopyTo(factor);
        Cholesky.Factor(factor, d);
        for (var draw = 0; draw < draws; draw++)
        {
            _random.Normals(normals, RandomPurpose.LevelChoice, column + 3, row, draw);
            for (var k = 0; k < d; k++)
            {
                z[k] = _model.LatentMean[row * d + k];
                for (var l = 0; l <= k; l++) z[k] += factor[k * d + l] * normals[l];
            }

            for (var i = 0; i < places.Length; i++)
            {
                var (j, value) = (places[i], _law.Intercept[places[i]] + _law.Scale[places[i]] * normals[d + i]);
                for (var k = 0; k < d; k++) value += z[k] * _law.Loadings[k * _coding.Columns + j];
                coded[j] = (float)value;
            }

            if ((int)_coding.Decode(coded, column) == level) hits++;
        }

        return (hits + share) / (draws + 1);
    }
}
