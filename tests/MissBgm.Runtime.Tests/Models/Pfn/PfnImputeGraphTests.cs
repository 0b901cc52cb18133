using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Pfn;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Runtime.Tests.Tables;

namespace MissBgm.Runtime.Tests.Models.Pfn;

/// <summary>
/// <c>impute.onnx</c> of a pretrained network beside the graphs that this runtime runs one after the other: from the same numbers it makes the
/// same draws, to 1e-5 of the column's scale.
/// </summary>
public sealed class PfnImputeGraphTests
{
    private const int Rows = 40;
    private const int Features = 5;
    private const int Draws = 6;

    [Fact]
    public void Its_draws_are_those_of_the_runtime_s_graphs_in_the_table_s_units()
    {
        var (location, scale) = (new[] { 0.0, 1e7, -3, 0.5, 40 }, new[] { 1.0, 20, 0.01, 1, 12 });
        var x = Uniforms(Rows * Features, 1).Select((u, i) => StandardNormal.Quantile(u) + (i % Features > 0 ? i / Features % 7 - 3 : 0)).ToArray();
        var observed = Array.ConvertAll(Uniforms(Rows * Features, 2), u => u < 0.3 ? 0f : 1f);
        var numbers = x.Select((value, i) => observed[i] == 0 ? double.NaN : location[i % Features] + scale[i % Features] * value).ToArray();
        long[] asked = [3, 0, 39, 17];
        var noise = Uniforms(Draws * asked.Length * Features, 3);
        var outputs = Run(numbers, asked, noise);

        var expected = Expected(numbers, observed, asked, noise);
        for (var i = 0; i < expected.Length; i++)
        {
            var (row, feature) = (i / Features % asked.Length, i % Features);
            var own = numbers[asked[row] * Features + feature];
            if (double.IsNaN(own)) Assert.Equal(expected[i], outputs["completed_numbers"][i], 1e-5 * (4 * scale[feature]));
            else Assert.Equal(own, outputs["completed_numbers"][i]);
        }

        RequireSummaries(outputs, numbers, asked);
    }

    /// <summary>A hidden number is a combination of two others and noise of a third of its spread; a column of texts is none of the host's.</summary>
    [Fact]
    public void Node_imputes_a_table_from_a_bundle_that_is_written_today()
    {
        var folder = Directory.CreateTempSubdirectory("missbgm-").FullName;
        try
        {
            string Place(string name) => Path.Combine(folder, name);
            PfnBundle.Write(Place("model"), Nano.Model.Manifest, Weights());
            using (PfnModel.Load(Place("model")))
            {
                // It loads with the new file.
            }

            var normals = Array.ConvertAll(Uniforms(80 * 3, 9), StandardNormal.Quantile);
            var rows = Enumerable.Range(0, 80).Select(
                i => (A: normals[3 * i], B: normals[3 * i + 1], C: normals[3 * i] - normals[3 * i + 1] + 0.45 * normals[3 * i + 2]));
            var truth = rows.Select(row => row.C).ToArray();
            var lines = rows.Select((row, i) => FormattableString.Invariant($"{row.A},{row.B},{(i % 4 == 0 ? "" : $"{row.C:R}")},t{i % 2}"));
            File.WriteAllText(Place("t.csv"), "a,b,c,text\n" + string.Join('\n', lines) + "\n");
            var said = ToolTheoryAttribute.Run("node", Checkout.PathOf("examples", "node", "impute.mjs"), Place("model"), Place("t.csv"), Place("o.csv"));
            Assert.Equal("", said);
            var completed = File.ReadLines(Place("o.csv")).Skip(1).Select(line => double.Parse(line.Split(',')[2])).ToArray();
            double Error(Func<int, double> guess) => Math.Sqrt(Enumerable.Range(0, 20).Average(k => Math.Pow(guess(4 * k) - truth[4 * k], 2)));
            Assert.InRange(Error(i => completed[i]), 0.2, 0.6 * Error(_ => 0));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_shipped_model_written_anew_has_the_graph_and_the_same_weights()
    {
        var folder = Directory.CreateTempSubdirectory("missbgm-test-");
        try
        {
            var path = Path.Combine(folder.FullName, "nano");
            PfnBundle.Write(path, Nano.Model.Manifest, Weights());
            var (shipped, written) = (PfnBundleReader.ReadWeights(Nano.Path), PfnBundleReader.ReadWeights(path));
            Assert.Equal(shipped.Keys.Order(), written.Keys.Order());
            Assert.All(shipped, array => Assert.Equal(array.Value, written[array.Key]));
            Assert.Equal(
                OnnxModel.Serialize(ImputeGraph.Build(Weights(), Nano.Model.Manifest.FlowSteps)), File.ReadAllBytes(Path.Combine(path, GraphFiles.Impute)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void RequireSummaries(Dictionary<string, double[]> outputs, double[] numbers, long[] asked)
    {
        for (var cell = 0; cell < asked.Length * Features; cell++)
        {
            var own = numbers[asked[cell / Features] * Features + cell % Features];
            var draws = Enumerable.Range(0, Draws).Select(s => outputs["completed_numbers"][s * asked.Length * Features + cell]).Order().ToArray();
            Assert.Equal(draws.Average(), outputs["mean"][cell], 1e-12 * (1 + Math.Abs(draws[0])));
            Assert.Equal(draws[0], outputs["quantiles"][cell]);
            Assert.Equal(draws[^1], outputs["quantiles"][asked.Length * Features + cell]);
            Assert.Equal(double.IsNaN(own), outputs["standard_deviation"][cell] > 0);
        }
    }

    // Standardised in double precision, then through the graphs as the runtime calls them, the rows as a part of the context.
    private static double[] Expected(double[] numbers, float[] observed, long[] asked, double[] noise)
    {
        var (location, scale) = (new double[Features], new double[Features]);
        for (var f = 0; f < Features; f++)
        {
            var seen = Enumerable.Range(0, Rows).Select(row => numbers[row * Features + f]).Where(value => !double.IsNaN(value)).ToArray();
            location[f] = seen.Average();
            scale[f] = Math.Sqrt(seen.Average(value => (value - location[f]) * (value - location[f])));
        }

        var values = numbers.Select((value, i) => double.IsNaN(value) ? 0 : (float)((value - location[i % Features]) / scale[i % Features])).ToArray();
        var table = new EncodedTable(Rows, Features, values, observed);
        var (model, every) = (Nano.Model, Enumerable.Range(0, Features).ToArray());
        var query = table.Select([0], every);
        long[] unlabelled = [.. Enumerable.Repeat((long)model.Manifest.Classes, Rows)];
        var pass = model.Forward(table, unlabelled, query, 2, null, new Philox(1), 0, default);
        var start = model.Start(table, query, default);
        int[] repeated = [.. Enumerable.Range(0, Draws * asked.Length).Select(i => (int)asked[i % asked.Length])];
        float[] Of(float[] source, int width) => RowMajor.Gather(source, repeated, width);
        var samples = model.Sample(
            table.Select(repeated, every), Array.ConvertAll(noise, u => (float)StandardNormal.Quantile(u)),
            new RowDescriptions(Of(pass.Context, model.Manifest.Width), Of(start.Context, Features)), pass, pass.Context, start.Spread, default);
        return [.. samples.Select((value, i) => location[i % Features] + scale[i % Features] * value)];
    }

    private static Dictionary<string, double[]> Run(double[] numbers, long[] asked, double[] noise)
    {
        using var session = new InferenceSession(OnnxModel.Serialize(ImputeGraph.Build(Weights(), Nano.Model.Manifest.FlowSteps)));
        using var results = session.Run(
        [
            NamedOnnxValue.CreateFromTensor("numbers", new DenseTensor<double>(numbers, [Rows, Features])),
            NamedOnnxValue.CreateFromTensor("rows", new DenseTensor<long>(asked, [asked.Length])),
            NamedOnnxValue.CreateFromTensor("noise", new DenseTensor<double>(noise, [Draws, asked.Length, Features])),
            NamedOnnxValue.CreateFromTensor("probabilities", new DenseTensor<double>(new[] { 0.0, 1.0 }, [2])),
        ]);
        return results.ToDictionary(result => result.Name, result => result.AsTensor<double>().ToArray());
    }

    private static PfnWeights Weights() => PfnBundleReader.Read(Nano.Path, Nano.Model.Manifest);

    private static double[] Uniforms(int count, int stream)
    {
        var values = new float[count];
        new Philox(77).Uniforms(values, RandomPurpose.Simulation, 0, stream, 0);
        return Array.ConvertAll(values, value => (double)value);
    }
}
