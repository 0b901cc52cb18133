using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Models;

/// <summary>A host of <c>impute.onnx</c> that knows nothing but the graph: what a table's own columns are.</summary>
internal sealed class ImputeHost
{
    private readonly byte[] _graph;
    private readonly ColumnSchema[] _columns;
    private readonly Table _table;
    private readonly int[] _numbers;
    private readonly int[] _levels;

    internal ImputeHost(string bundle, ColumnSchema[] columns, Table table)
    {
        (_graph, _columns, _table) = (File.ReadAllBytes(Path.Combine(bundle, GraphFiles.Impute)), columns, table);
        _numbers = [.. Enumerable.Range(0, columns.Length).Where(c => !columns[c].IsDiscrete)];
        _levels = [.. Enumerable.Range(0, columns.Length).Where(c => columns[c].IsDiscrete)];
    }

    /// <summary>Gaussian columns of the model.</summary>
    internal int GaussianColumns =>
        _columns.Where(column => !column.IsConstant).Sum(column => column.Type == ColumnType.Categorical && column.Levels!.Count > 2 ? column.Levels.Count : 1);

    /// <summary>Runs the graph.</summary>
    /// <param name="noise">[draws, rows, width].</param>
    /// <param name="fitNoise">Which fit each draw is under, of models that have several; with it a draw for each, else as many as there is noise for.</param>
    /// <param name="warmUp">Sweeps that are no draws, of models whose draws are chains.</param>
    internal Outputs Run(double[] noise, double[]? fitNoise = null, int? warmUp = null)
    {
        using var session = new InferenceSession(_graph);
        var width = session.InputMetadata["noise"].Dimensions[2];
        var (n, s) = (_table.Rows, noise.Length / _table.Rows / width);
        var numbers = _numbers.Length == 0
            ? []
            : Enumerable.Range(0, n * _numbers.Length).Select(i => Cell(i / _numbers.Length, _numbers[i % _numbers.Length])).ToArray();
        var levels = _levels.Length == 0
            ? []
            : Enumerable.Range(0, n * _levels.Length).Select(i => (long)Cell(i / _levels.Length, _levels[i % _levels.Length])).ToArray();
        var feeds = new List<NamedOnnxValue>
        {
            NamedOnnxValue.CreateFromTensor("noise", new DenseTensor<double>(noise, [s, n, width])),
        };
        if (_numbers.Length > 0) feeds.Add(NamedOnnxValue.CreateFromTensor("numbers", new DenseTensor<double>(numbers, [n, _numbers.Length])));
        if (_levels.Length > 0) feeds.Add(NamedOnnxValue.CreateFromTensor("levels", new DenseTensor<long>(levels, [n, _levels.Length])));
        if (session.InputNames.Contains("fit_noise")) feeds.Add(NamedOnnxValue.CreateFromTensor("fit_noise", new DenseTensor<double>(fitNoise!, [s])));
        if (warmUp is { } sweeps) feeds.Add(NamedOnnxValue.CreateFromTensor("warm_up", new DenseTensor<long>(new[] { (long)sweeps }, [])));
        if (_numbers.Length > 0) feeds.Add(NamedOnnxValue.CreateFromTensor("probabilities", new DenseTensor<double>(new[] { 0.0, 0.3, 1.0 }, [3])));
        Assert.Equal(session.InputNames.Order(), feeds.Select(feed => feed.Name).Order());
        using var results = session.Run(feeds);
        return new Outputs(results.ToDictionary(result => result.Name, result => result.Value switch
        {
            Tensor<double> real => real.ToArray(),
            Tensor<float> single => [.. single.Select(value => (double)value)],
            Tensor<long> integers => [.. integers.Select(value => (double)value)],
            _ => throw new InvalidOperationException(result.Name),
        }), n, _numbers, _levels);
    }

    private double Cell(int row, int column)
    {
        if (_table.IsMissing(row, column)) return _columns[column].IsDiscrete ? -1 : double.NaN;
        return _columns[column].IsDiscrete ? _columns[column].Levels!.ToList().IndexOf(_table.Text(row, column)) : _table.Number(row, column);
    }

    /// <summary>What the graph gave.</summary>
    internal sealed record Outputs(Dictionary<string, double[]> Values, int Rows, int[] Numbers, int[] Levels)
    {
        internal double Completed(int draw, int row, int column) => Array.IndexOf(Numbers, column) is >= 0 and var place
            ? Values["completed_numbers"][(draw * Rows + row) * Numbers.Length + place]
            : Values["completed_levels"][(draw * Rows + row) * Levels.Length + Array.IndexOf(Levels, column)];

        /// <summary>Means, quantiles and probabilities are those of the draws, observed cells as they came.</summary>
        internal void RequireSummaries(ColumnSchema[] columns, Table table, int draws)
        {
            Assert.All(Values["acceptance"], share => Assert.InRange(share, 0.2, 1));
            for (var row = 0; row < Rows; row++)
            {
                var slot = 0;
                for (var c = 0; c < columns.Length; c++)
                {
                    var own = Enumerable.Range(0, draws).Select(s => Completed(s, row, c)).Order().ToArray();
                    if (columns[c].IsDiscrete)
                    {
                        var place = row * Levels.Length + Array.IndexOf(Levels, c);
                        var width = Values["level_probabilities"].Length / Rows;
                        var shares = columns[c].Levels!.Select((_, level) => Values["level_probabilities"][row * width + slot + level]).ToArray();
                        slot += shares.Length;
                        for (var level = 0; level < shares.Length; level++)
                        {
                            Assert.Equal(own.Count(value => value == level) / (double)draws, shares[level], 1e-12);
                        }
                        Assert.Equal(Array.IndexOf(shares, shares.Max()), Values["level"][place]);
                        continue;
                    }

                    var at = row * Numbers.Length + Array.IndexOf(Numbers, c);
                    var (mean, deviation) = (Values["mean"][at], Values["standard_deviation"][at]);
                    if (!table.IsMissing(row, c))
                    {
                        Assert.All(own, value => Assert.Equal(table.Number(row, c), value));
                        Assert.Equal((table.Number(row, c), 0.0), (mean, deviation));
                        continue;
                    }

                    if (columns[c].IsRestricted && !columns[c].IsConstant) Assert.Equal(own.Average(), mean, 1e-9 * columns[c].Scale);
                    Assert.InRange(deviation, 0, 10 * columns[c].Scale);
                    Assert.Equal(own[0], Values["quantiles"][at]);
                    Assert.Equal(own[^1], Values["quantiles"][2 * Rows * Numbers.Length + at]);
                }
            }
        }
    }
}
