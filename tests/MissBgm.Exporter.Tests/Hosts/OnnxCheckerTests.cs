using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Hosts;

/// <summary>ONNX's own checker, with strict shape inference, on every emitted file (Debian's python3-onnx).</summary>
public sealed class OnnxCheckerTests : IDisposable
{
    private const string Script = """
        import sys, onnx
        for path in sys.argv[1:]:
            onnx.checker.check_model(path, full_check=True)
            model = onnx.load(path)
            inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
            assert len(inferred.graph.output) == len(model.graph.output)
            print(path)
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-").FullName;

    public static TheoryData<int, int, int> Models() => new() { { 3, 5, 4 }, { 1, 1, 1 }, { 5, 13, 5 } };

    [Theory]
    [MemberData(nameof(Models))]
    public void The_ONNX_checker_accepts_every_file_of_a_bundle(int latent, int columns, int leapfrogSteps)
    {
        MissBgmWeights weights = Randomly.Model(latent, columns, [8, 8]);
        var bundle = Path.Combine(_folder, $"{latent}-{columns}");
        PaperBundle.Write(bundle, Descriptions.Of(latent, columns, new() { LeapfrogSteps = leapfrogSteps }), weights, null);
        var files = Directory.GetFiles(bundle, "*.onnx");
        var accepted = Programs.Run("/usr/bin/python3", ["-c", Script, .. files]);
        Assert.Equal(files.Length, accepted.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
