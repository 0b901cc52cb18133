using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Bundles;

public sealed class BundleTests : IDisposable
{
    private readonly TestModel _model = new(TestModel.Random(2, 3, 8), 2, TestModel.Columns(3), new InferenceSettings());
    private readonly TestConsole _console = new();

    public void Dispose()
    {
        _model.Dispose();
        _console.Dispose();
    }

    private string Graph => Path.Combine(_model.Path, GraphFiles.LatentGradient);

    private string ManifestFile => Path.Combine(_model.Path, Manifest.FileName);

    private void AssertRefused(string message)
    {
        Assert.Equal(3, _console.Run("inspect", "--model", _model.Path));
        Assert.Contains(message, _console.Messages, StringComparison.Ordinal);
        Assert.Empty(_console.Output);
    }

    [Fact]
    public void A_truncated_file_is_named()
    {
        File.WriteAllBytes(Graph, File.ReadAllBytes(Graph)[..^1]);
        AssertRefused("latent_gradient.onnx is truncated or altered");
    }

    [Fact]
    public void An_altered_file_is_named()
    {
        var bytes = File.ReadAllBytes(Graph);
        bytes[^9] ^= 1;
        File.WriteAllBytes(Graph, bytes);
        AssertRefused("latent_gradient.onnx is truncated or altered");
    }

    [Fact]
    public void A_lacking_file_is_named()
    {
        File.Delete(Graph);
        AssertRefused("lacks latent_gradient.onnx");
    }

    [Fact]
    public void A_lacking_manifest_is_named()
    {
        File.Delete(ManifestFile);
        AssertRefused("has no manifest.json");
    }

    [Theory]
    [InlineData("\"format_version\": 1", "\"format_version\": 99", "is of format 99; this version reads format 1")]
    [InlineData("\"kind\": \"missbgm\"", "\"kind\": \"other\"", "is a bundle of kind 'other'")]
    [InlineData("\"latent_dimension\"", "\"latent_dimensions\"", "manifest.json is truncated or altered")]
    [InlineData("}", "", "manifest.json is truncated or altered")]
    public void An_altered_manifest_is_refused(string old, string replacement, string message)
    {
        File.WriteAllText(ManifestFile, File.ReadAllText(ManifestFile).Replace(old, replacement, StringComparison.Ordinal));
        AssertRefused(message);
    }

    [Fact]
    public void A_zip_that_is_not_whole_is_refused()
    {
        var zip = _model.File("model.zip");
        System.IO.Compression.ZipFile.CreateFromDirectory(_model.Path, zip);
        File.WriteAllBytes(zip, File.ReadAllBytes(zip)[..^100]);
        Assert.Equal(3, _console.Run("inspect", "--model", zip));
        Assert.Contains("not a whole .zip file", _console.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_that_is_not_there_is_refused()
    {
        Assert.Equal(3, _console.Run("inspect", "--model", _model.File("nowhere")));
        Assert.Contains("there is no such bundle", _console.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspection_shows_columns_training_and_files()
    {
        Assert.Equal(0, _console.Run("inspect", "--model", _model.Path));
        Assert.Contains("latent_gradient.onnx", _console.Output, StringComparison.Ordinal);
        Assert.Contains("numeric", _console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspection_as_json_is_the_manifest()
    {
        Assert.Equal(0, _console.Run("inspect", "--model", _model.Path, "--json"));
        var manifest = System.Text.Json.JsonSerializer.Deserialize<Manifest>(_console.Output, Manifest.Json);
        Assert.Equal(2, manifest!.LatentDimension);
    }
}
