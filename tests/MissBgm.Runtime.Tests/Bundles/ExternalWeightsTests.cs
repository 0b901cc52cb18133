using System.IO.Compression;
using MissBgm.Exporter.Paper;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Bundles;

/// <summary>
/// Weights past the limit of a graph's file stand in a second file beside it. The limit is an argument, so that small models can pass it.
/// </summary>
public sealed class ExternalWeightsTests : IDisposable
{
    private static readonly InferenceSettings Short = new() { Draws = 20, BurnIn = 10, Chains = 2 };
    private readonly TestModel _within = new(TestModel.Random(2, 3, 20, 20), 2, TestModel.Columns(3, 10, 2), Short);
    private readonly TestModel _beside = new(TestModel.Random(2, 3, 20, 20), 2, TestModel.Columns(3, 10, 2), Short, inlineLimit: 0);

    public void Dispose()
    {
        _within.Dispose();
        _beside.Dispose();
    }

    private string Weights => Path.Combine(_beside.Path, "posterior_gradient.onnx.data");

    private static IReadOnlyList<ImputedCell> Impute(string path)
    {
        using var imputer = Imputer.Load(path);
        return imputer.Impute(new[,] { { 9.5, double.NaN, 8 }, { double.NaN, 11, 10 } }).Cells;
    }

    [Fact]
    public void Weights_beside_a_graph_give_what_weights_within_give()
    {
        Assert.True(new FileInfo(Weights).Length > 0);
        Assert.Equal(Impute(_within.Path), Impute(_beside.Path));
    }

    [Fact]
    public void A_relative_path_serves_as_well() =>
        Assert.Equal(Impute(_within.Path), Impute(Path.GetRelativePath(Environment.CurrentDirectory, _beside.Path)));

    [Fact]
    public void Altered_weights_are_named()
    {
        var bytes = File.ReadAllBytes(Weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(Weights, bytes);
        Assert.Contains(
            "posterior_gradient.onnx.data is truncated or altered", Assert.Throws<BundleException>(() => Bundle.Load(_beside.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_of_them_is_refused_with_the_way_out()
    {
        ZipFile.CreateFromDirectory(_beside.Path, _beside.File("model.zip"));
        Assert.Contains(
            "unpack the archive and name the folder", Assert.Throws<BundleException>(() => Bundle.Load(_beside.File("model.zip"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_of_them_is_not_written()
    {
        var manifest = Bundle.Load(_within.Path).Manifest;
        var refusal = Assert.Throws<UserInputException>(() =>
            PaperBundle.Write(_within.File("model.zip"), manifest, TestModel.Random(2, 3, 20, 20), null, inlineLimit: 0));
        Assert.Contains("write the bundle as a folder", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_within.File("model.zip")));
    }
}
