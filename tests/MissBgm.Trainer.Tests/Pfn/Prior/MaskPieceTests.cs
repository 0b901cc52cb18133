using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Pfn.Prior.Masks;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn.Prior;

/// <summary>Each missingness mechanism on independent standard normal columns: 30 tasks of 400 rows and 6 columns, rates up to 0.8.</summary>
public sealed class MaskPieceTests : IDisposable
{
    private const int Rows = 400;

    // The mean absolute correlation of independent columns is sqrt(2 / (400 pi)) = 0.04, with a standard error of 0.03 / sqrt(180) over the columns.
    private const double Independent = 0.05;
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly StepRandom _random = new(32, RandomPurpose.Prior, 0, CPU);
    private readonly Tensor _values;

    public MaskPieceTests() => _values = _random.Normal(30, Rows, 6);

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Random_masks_depend_on_nothing()
    {
        var correlations = Correlations(Draw("mcar"), _values);
        Assert.InRange(Own(correlations), 0.02, Independent);
        Assert.InRange(Others(correlations), 0.02, Independent);
    }

    [Fact]
    public void Masks_at_random_depend_on_columns_without_gaps_alone()
    {
        var observed = Draw("mar");
        var correlations = Correlations(observed, _values);
        var complete = observed.amin([1]).eq(1);
        Assert.True(complete.any(1).all().item<bool>(), "a task has no column without gaps");
        Assert.InRange(Own(correlations), 0.02, Independent);
        var (driver, other) = (complete.unsqueeze(1).to(ScalarType.Float32), complete.logical_not().unsqueeze(1).to(ScalarType.Float32));
        Assert.True(MeanOver(correlations, driver) > 2 * Independent, $"{MeanOver(correlations, driver)}");
        Assert.InRange(MeanOver(correlations * (1 - eye(6)), other), 0, Independent);
    }

    [Fact]
    public void Self_masking_columns_hide_by_their_own_values_alone()
    {
        var observed = Draw("self_masking");
        var (low, middle) = (Correlations(observed, _values), Correlations(observed, _values.abs()));
        Assert.True(Own(low.maximum(middle)) > 0.3, $"{Own(low.maximum(middle))}");
        Assert.InRange(Others(low), 0.02, Independent);
    }

    [Fact]
    public void Structural_gaps_are_where_a_complete_column_says_so()
    {
        var (observed, values, gaps) = (Draw("structural").ToFloats(), _values.ToFloats(), 0);
        float At(float[] cells, int task, int row, int column) => cells[(task * Rows + row) * 6 + column];
        for (var task = 0; task < 30; task++)
        {
            string Mask(int column) => string.Concat(Enumerable.Range(0, Rows).Select(row => At(observed, task, row, column) == 1 ? '1' : '0'));
            int[] incomplete = [.. Enumerable.Range(0, 6).Where(column => Mask(column).Contains('0', StringComparison.Ordinal))];
            Assert.True(incomplete.Select(Mask).Distinct().Count() <= 3);
            gaps += incomplete.Length;
            foreach (var column in incomplete)
            {
                Assert.Contains(Enumerable.Range(0, 6).Except(incomplete), other => Enumerable.Range(0, Rows).Where(row => At(observed, task, row, column) == 0)
                    .Max(row => At(values, task, row, other)) < Enumerable.Range(0, Rows).Where(row => At(observed, task, row, column) == 1)
                    .Min(row => At(values, task, row, other)));
            }
        }

        // Some 3.4 columns of a task are no rule's, and their rate has room for the rule in some six of ten.
        Assert.InRange(gaps, 30, 110);
    }

    [Fact]
    public void Every_mechanism_keeps_to_the_largest_rate()
    {
        foreach (var name in MaskPieces.All.Keys)
        {
            var missing = 1 - Draw(name).mean([1]);
            Assert.True(missing.max().item<float>() <= 0.8, name);
            Assert.True(missing.mean().item<float>() > 0.05, name);
        }
    }

    private Tensor Draw(string name)
    {
        var masks = new PieceMixture<IMask>(MaskPieces.All, new Dictionary<string, double> { [name] = 1 }).Assign(_random, _values.shape[0]);
        var scene = new MaskScene(_values, arange(6).expand(30, 6), _values);
        return MissingnessGate.Draw(_random, masks, scene, 0.8, new PriorConfig());
    }

    // Absolute correlations of masks (rows) with values (columns), [B, 6, 6]; 0 for masks that are the same in all rows.
    private static Tensor Correlations(Tensor observed, Tensor values)
    {
        return Standard(observed).transpose(1, 2).matmul(Standard(values)).div(Rows).abs();

        static Tensor Standard(Tensor x) => (x - x.mean([1], true)) / (x.std(1, unbiased: false, keepdim: true) + 1e-6);
    }

    private static double Own(Tensor correlations) => correlations.diagonal(0, 1, 2).mean().item<float>();

    private static double Others(Tensor correlations) => ((correlations.sum() - correlations.diagonal(0, 1, 2).sum()) / (30 * 30)).item<float>();

    private static double MeanOver(Tensor correlations, Tensor columns) =>
        ((correlations * columns).sum() / (columns.sum() * 6)).item<float>();
}
