using MissBgm.Exporter.Paper.Networks;
using MissBgm.Trainer.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper.Networks;

/// <summary>
/// The generator's head for discrete columns (Section 4.1): Bernoulli for two levels, Categorical for more, and for ordered ones, on which the paper is
/// silent, the cumulative logit model (McCullagh 1980): p(level at most m) = sigmoid(c_m - output) with ascending thresholds that are fitted along.
/// </summary>
internal sealed class DiscreteHead : IDisposable
{
    // Thresholds keep this distance, so that no level's probability vanishes.
    private const double Gap = 1e-3;
    private const double Far = 1e4;
    private static readonly Scalar GapScalar = Gap;
    private readonly RowLayout _layout;
    private readonly LevelGroups _groups;
    private readonly DenseLayer _output;
    private readonly int _thresholds;
    private readonly Tensor _nominal;
    private readonly Ordinal? _ordinal;

    public DiscreteHead(ParameterBuilder builder, int inputs, RowLayout layout, ScalarType type, Device device)
    {
        _layout = layout;
        _groups = new LevelGroups(layout, device);
        DiscreteColumnWeights[] columns = [.. layout.Discrete.Select(column => new DiscreteColumnWeights(column.Levels, IsOrdinal(column) ? [] : null))];
        var outputs = columns.Sum(column => column.Outputs);
        _output = builder.Dense(inputs, outputs);
        _nominal = tensor(NominalSources(columns, outputs), ScalarType.Int64, device).DetachFromDisposeScope();
        var ordinal = columns.Where(column => column.Thresholds is not null).ToArray();
        if (ordinal.Length == 0) return;
        _thresholds = builder.Vector([.. ordinal.SelectMany(column => EvenThresholds(column.Levels))]);
        _ordinal = new Ordinal(columns, layout, type, device);
    }

    /// <summary>Log-probabilities of all levels, [N, L], given the last hidden layer's output.</summary>
    public Tensor LogProbabilities(ParameterBuffer parameters, Tensor features, bool trainable)
    {
        var outputs = _output.Apply(parameters, features, trainable);
        // The first of two levels has logit 0.
        var logits = cat([outputs, zeros_like(outputs.narrow(1, 0, 1))], 1).index_select(1, _nominal);
        var nominal = _groups.Flat(_groups.Pad(logits).log_softmax(2));
        return _ordinal is null ? nominal : _ordinal.Merge(nominal, outputs, parameters.Views(trainable)[_thresholds]);
    }

    /// <summary>The head as the exporter takes it.</summary>
    public DiscreteHeadWeights Export(ParameterBuffer parameters)
    {
        var raw = _ordinal is null ? [] : parameters.ToArray(_thresholds);
        var (columns, next) = (new List<DiscreteColumnWeights>(), 0);
        foreach (var column in _layout.Discrete)
        {
            columns.Add(new DiscreteColumnWeights(column.Levels, IsOrdinal(column) ? Thresholds(raw[next..(next + column.Levels - 1)]) : null));
            if (IsOrdinal(column)) next += column.Levels - 1;
        }

        return new DiscreteHeadWeights(_output.Export(parameters), columns);
    }

    public void Dispose()
    {
        _groups.Dispose();
        _nominal.Dispose();
        _ordinal?.Dispose();
    }

    // An order of two levels says nothing.
    private static bool IsOrdinal(Runtime.Tables.DiscreteColumn column) => column.Ordered && column.Levels > 2;

    // Where each level's logit stands among the outputs; what ordinal columns get here is replaced.
    private static long[] NominalSources(DiscreteColumnWeights[] columns, int zero)
    {
        var (sources, start) = (new List<long>(), 0L);
        foreach (var column in columns)
        {
            sources.AddRange((column.Levels, column.Thresholds) switch
            {
                (2, null) => [zero, start],
                (_, null) => Enumerable.Range(0, column.Levels).Select(level => start + level),
                _ => Enumerable.Repeat((long)zero, column.Levels),
            });
            start += column.Outputs;
        }

        return [.. sources];
    }

    // Raw thresholds of equally probable levels: the first as it is, then the inverse softplus of the distances.
    private static float[] EvenThresholds(int levels)
    {
        var even = Enumerable.Range(1, levels - 1).Select(m => Math.Log(m / (double)(levels - m))).ToArray();
        return [(float)even[0], .. even.Skip(1).Zip(even, (next, last) => (float)Math.Log(Math.Exp(next - last - Gap) - 1))];
    }

    private static float[] Thresholds(float[] raw)
    {
        var thresholds = new float[raw.Length];
        var sum = 0.0;
        for (var m = 0; m < raw.Length; m++)
        {
            sum += m == 0 ? raw[0] : Math.Max(raw[m], 0) + Math.Log(1 + Math.Exp(-Math.Abs((double)raw[m]))) + Gap;
            thresholds[m] = (float)sum;
        }

        return thresholds;
    }

    /// <summary>All ordinal columns at once: places stand for their levels, one after another.</summary>
    private sealed class Ordinal : IDisposable
    {
        private static readonly Scalar FarScalar = Far;
        private static readonly Scalar MinusFar = -Far;
        private readonly Tensor _sum;
        private readonly Tensor _first;
        private readonly Tensor _location;
        private readonly Tensor _upper;
        private readonly Tensor _lower;
        private readonly Tensor _merged;

        public Ordinal(DiscreteColumnWeights[] columns, RowLayout layout, ScalarType type, Device device)
        {
            int Output(int j) => columns.Take(j).Sum(column => column.Outputs);
            var ordinal = columns
                .Select((column, j) => (column.Levels, Start: layout.Starts[j] - layout.Continuous, Output: Output(j), column.Thresholds))
                .Where(column => column.Thresholds is not null)
                .ToArray();
            var count = ordinal.Sum(column => column.Levels - 1);
            var (sum, first) = (new float[count * count], new float[count]);
            var merged = Enumerable.Range(0, layout.Levels).Select(place => (long)place).ToArray();
            var (location, upper, lower, threshold) = (new List<long>(), new List<long>(), new List<long>(), 0);
            foreach (var column in ordinal)
            {
                first[threshold] = 1;
                for (var m = 0; m < column.Levels - 1; m++) Array.Fill(sum, 1f, (threshold + m) * count + threshold, m + 1);
                for (var level = 0; level < column.Levels; level++)
                {
                    merged[column.Start + level] = layout.Levels + location.Count;
                    location.Add(column.Output);
                    upper.Add(level == column.Levels - 1 ? count : threshold + level);
                    lower.Add(level == 0 ? count + 1 : threshold + level - 1);
                }

                threshold += column.Levels - 1;
            }

            Tensor Index(IEnumerable<long> values) => tensor(values.ToArray(), ScalarType.Int64, device).DetachFromDisposeScope();
            _sum = tensor(sum, [count, count], type, device).DetachFromDisposeScope();
            _first = tensor(first, type, device).DetachFromDisposeScope();
            (_location, _upper, _lower, _merged) = (Index(location), Index(upper), Index(lower), Index(merged));
        }

        // sigmoid(b) - sigmoid(a) = sigmoid(b) sigmoid(-a) (1 - exp(a - b)), without cancellation; before the first and after the last
        // level are thresholds far off.
        public Tensor Merge(Tensor nominal, Tensor outputs, Tensor raw)
        {
            var steps = raw.mul(_first).add(raw.softplus().add(GapScalar).mul(_first.neg().add(1)));
            var thresholds = _sum.matmul(steps.unsqueeze(1)).squeeze(1);
            thresholds = cat([thresholds, full_like(_first.narrow(0, 0, 1), FarScalar), full_like(_first.narrow(0, 0, 1), MinusFar)]);
            var (upper, lower) = (thresholds.index_select(0, _upper), thresholds.index_select(0, _lower));
            var location = outputs.index_select(1, _location);
            var levels = lower.sub(upper).exp().neg().log1p().sub(location.sub(upper).softplus()).sub(lower.sub(location).softplus());
            return cat([nominal, levels], 1).index_select(1, _merged);
        }

        public void Dispose()
        {
            foreach (var tensor in new[] { _sum, _first, _location, _upper, _lower, _merged }) tensor.Dispose();
        }
    }
}
