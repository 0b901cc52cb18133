using System.Text.Json;
using MissBgm.Exporter.Collapsed;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Tables;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Tests.Harness;

/// <summary>A model made for a test: weights, schema and settings, written as a bundle into a folder of its own.</summary>
internal sealed class TestModel : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-test-").FullName;

    internal TestModel(
        MissBgmWeights weights, int latentDimension, IReadOnlyList<ColumnSchema> columns, InferenceSettings settings,
        FittedRows? fitted = null, long inlineLimit = int.MaxValue, IReadOnlyList<MissBgmWeights>? weightDraws = null)
    {
        Path = System.IO.Path.Combine(_folder, "model");
        PaperBundle.Write(Path, Describe(latentDimension, columns, settings), weights, fitted, inlineLimit, weightDraws);
    }

    internal TestModel(CollapsedWeights weights, Mechanism mechanism, IReadOnlyList<ColumnSchema> columns, InferenceSettings settings)
    {
        Path = System.IO.Path.Combine(_folder, "model");
        CollapsedBundle.Write(
            Path, Describe(weights.LatentDimension, columns, settings) with { Mechanism = mechanism }, CollapsedMixture.Single(weights),
            null);
    }

    internal TestModel(CollapsedMixture mixture, GeneratorEvidence generator, IReadOnlyList<ColumnSchema> columns, InferenceSettings settings,
        IReadOnlyList<WeightedForest>? forests = null)
    {
        Path = System.IO.Path.Combine(_folder, "model");
        CollapsedBundle.Write(
            Path, Describe(mixture.LatentDimension, columns, settings) with { Mechanism = Mechanism.Selection, Generator = generator },
            mixture, null, forests);
    }

    /// <summary>A quick model of two columns <c>a</c> and <c>b</c> under selection, for tests of commands.</summary>
    internal static TestModel OfTwoColumns() => new(
        new CollapsedWeights(1, 2, [0.5, 0.5], [0, 0], [0.8, 0.8], [0.4, 0.4], [0, 0], [0.5, 0.5]), Mechanism.Selection,
        Columns(2, 2, 1.5), new InferenceSettings { Draws = 32, BurnIn = 2, Chains = 2 });

    /// <summary>The bundle's folder.</summary>
    internal string Path { get; }

    /// <summary>A path in the test's folder.</summary>
    internal string File(string name) => System.IO.Path.Combine(_folder, name);

    /// <summary>Writes a text file into the test's folder.</summary>
    internal string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    private static Manifest Describe(int latentDimension, IReadOnlyList<ColumnSchema> columns, InferenceSettings settings) => new()
    {
        FormatVersion = Manifest.CurrentFormatVersion,
        Kind = Manifest.MissBgmKind,
        ToolVersion = "0.1.0",
        Seed = 1,
        LatentDimension = latentDimension,
        Columns = columns,
        MissingTokens = ["", "NA", "NaN"],
        Inference = settings,
        Hyperparameters = JsonSerializer.SerializeToElement(new { }),
        Training = new TrainingSummary
        {
            Rows = 1,
            MissingCells = 0,
            Epochs = 1,
            Seconds = 0.5,
            FinalLosses = new Dictionary<string, double> { ["latent"] = 1.5 },
        },
        Files = new Dictionary<string, string>(),
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Columns a, b, c, ... of the given location and scale.</summary>
    internal static ColumnSchema[] Columns(int count, double location = 0, double scale = 1, ColumnType type = ColumnType.Numeric) =>
        [.. Enumerable.Range(0, count).Select(i => new ColumnSchema
        {
            Name = $"{(char)('a' + i)}",
            Type = type,
            Location = location,
            Scale = scale,
            Minimum = location - 3 * scale,
            Maximum = location + 3 * scale,
            ObservedShare = 0.8,
        })];

    /// <summary>x = W z + b + noise of constant variance: everything about it has a closed form.</summary>
    /// <param name="loadings">W, [p, d].</param>
    /// <param name="offset">b, [p].</param>
    /// <param name="variance">Noise variance, [p].</param>
    /// <param name="mask">The mask network; a constant one if null.</param>
    /// <param name="factor">F of a noise covariance diag(variance) + F F', [p, r]; none if null.</param>
    internal static MissBgmWeights LinearGaussian(
        double[,] loadings, double[] offset, double[] variance, PerceptronWeights? mask = null, double[,]? factor = null)
    {
        var (p, d) = (loadings.GetLength(0), loadings.GetLength(1));
        var kernel = new float[d * p];
        for (var j = 0; j < p; j++)
        {
            for (var k = 0; k < d; k++) kernel[k * p + j] = (float)loadings[j, k];
        }

        // softplus(raw) + floor = variance
        const double Floor = 1e-6;
        var raw = Array.ConvertAll(variance, v => (float)Math.Log(Math.Exp(v - Floor) - 1));
        var generator = new GeneratorWeights(
            null, [], new DenseWeights(d, p, kernel, Array.ConvertAll(offset, b => (float)b)),
            new DenseWeights(d, p, new float[d * p], raw), Floor, 0.2);
        if (factor is not null)
        {
            generator = generator with
            {
                Factor = new DenseWeights(
                    d, factor.Length, new float[d * factor.Length], [.. factor.Cast<double>().Select(entry => (float)entry)]),
            };
        }

        return new MissBgmWeights(generator, mask ?? Linear(p, p), Linear(p, d));
    }

    /// <summary>A network without hidden layers whose weights are all zero.</summary>
    internal static PerceptronWeights Linear(int inputs, int outputs) =>
        new([], new DenseWeights(inputs, outputs, new float[inputs * outputs], new float[outputs]), 0.2);

    /// <summary>Networks of random weights: the generator's variance is about 0.3.</summary>
    internal static MissBgmWeights Random(int latentDimension, int columns, params int[] hidden)
    {
        var stream = 0;
        DenseWeights Dense(int inputs, int outputs, double bias)
        {
            var kernel = new float[inputs * outputs];
            new Philox(5).Normals(kernel, RandomPurpose.Simulation, 0, stream++, 0);
            return new DenseWeights(
                inputs, outputs, Array.ConvertAll(kernel, w => w * MathF.Sqrt(1.5f / inputs)),
                Enumerable.Repeat((float)bias, outputs).ToArray());
        }

        PerceptronWeights Perceptron(int inputs, int outputs) =>
            new([.. hidden.Select((width, i) => Dense(i == 0 ? inputs : hidden[i - 1], width, 0))], Dense(hidden.LastOrDefault(inputs), outputs, 0), 0.2);

        var body = Perceptron(latentDimension, columns);
        var variance = Dense(hidden.LastOrDefault(latentDimension), columns, -1.5);
        variance = variance with { Kernel = Array.ConvertAll(variance.Kernel, w => 0.2f * w) };
        return new MissBgmWeights(
            new GeneratorWeights(null, body.Hidden, body.Output, variance, 1e-3, 0.2), Perceptron(columns, columns),
            Perceptron(columns, latentDimension));
    }
}
