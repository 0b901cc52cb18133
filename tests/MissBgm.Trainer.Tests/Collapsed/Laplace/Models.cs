using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Laplace;

namespace MissBgm.Trainer.Tests.Collapsed.Laplace;

/// <summary>Collapsed models with random parameters, and rows drawn from them.</summary>
internal static class Models
{
    /// <summary>Every parameter away from its special values; the last column has no missing cells.</summary>
    public static CollapsedModel Random(Mechanism mechanism, int d, int p, ulong seed)
    {
        var stride = MaskedMatrix.PaddedWidth(p);
        var draw = new Philox(seed);
        var normals = new float[p * (2 * d + 4)];
        draw.Normals(normals, RandomPurpose.Simulation, 9, 0, 0);
        var (loadings, variance) = (new double[d * stride], Enumerable.Repeat(1.0, stride).ToArray());
        var masked = Enumerable.Range(0, p).Select(j => j < p - 1).ToArray();
        var model = new CollapsedModel(
            mechanism, new FactorModel(d, stride, loadings, new double[stride], variance, [], [], []), masked,
            [.. Enumerable.Repeat(0.8, p)]);
        var next = 0;
        for (var j = 0; j < p; j++)
        {
            for (var k = 0; k < d; k++) model.Loadings[k * stride + j] = normals[next++];
            model.Intercept[j] = normals[next++];
            model.LogScale[j] = 0.3 * normals[next++] - 0.3;
            if (!masked[j]) continue;
            model.Threshold[j] = 0.5 * normals[next++];
            if (mechanism != Mechanism.Selection) continue;
            model.Eta[j] = 1.2 * normals[next++];
            for (var k = 0; k < d; k++) model.ThresholdLoadings[k * stride + j] = 0.4 * normals[next++];
        }

        model.Refresh();
        return model;
    }

    /// <summary>Rows from the model: z, then each cell with its selection variable, observed where rho e + w xi + t &gt; 0.</summary>
    public static (double[] Truth, MaskedMatrix Data) Simulate(CollapsedModel model, int columns, int rows, ulong seed)
    {
        var (d, scratch, random) = (model.Dimension, new RowScratch(model.Dimension, model.Stride), new Philox(seed));
        var (truth, values, observed) = (new double[rows * columns], new float[rows * columns], new float[rows * columns]);
        var normals = new float[d + 2 * columns];
        for (var row = 0; row < rows; row++)
        {
            random.Normals(normals, RandomPurpose.Simulation, 10, row, 0);
            CollapsedRow.MeanAndThreshold(model, Array.ConvertAll(normals[..d], v => (double)v), scratch);
            for (var j = 0; j < columns; j++)
            {
                var (e, rho, cell) = (normals[d + j], model.Correlation[j], row * columns + j);
                var selection = scratch.Threshold[j] + rho * e + Math.Sqrt(1.0 - rho * rho) * normals[d + columns + j];
                truth[cell] = scratch.Mean[j] + Math.Exp(model.LogScale[j]) * e;
                observed[cell] = selection > 0.0 ? 1f : 0f;
                values[cell] = selection > 0.0 ? (float)truth[cell] : 0f;
            }
        }

        return (truth, MaskedMatrix.From(new EncodedTable(rows, columns, values, observed)));
    }
}
