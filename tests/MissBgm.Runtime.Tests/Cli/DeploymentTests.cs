using System.Diagnostics;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Cli;

public class DeploymentTests
{
    [Fact]
    public void The_runtime_refers_to_no_training_library()
    {
        var names = new[] { typeof(Bundle).Assembly, typeof(Runtime.Cli.MissBgmApp).Assembly }.SelectMany(a => a.GetReferencedAssemblies())
            .Select(a => a.Name!).ToArray();
        Assert.Contains("Microsoft.ML.OnnxRuntime", names);
        Assert.DoesNotContain(
            names,
            name => name.Contains("Torch", StringComparison.OrdinalIgnoreCase) || name.StartsWith(
                "MissBgm.Trainer", StringComparison.Ordinal) || name.StartsWith("MissBgm.Exporter", StringComparison.Ordinal));
    }

    [Fact]
    public void Its_process_loads_ONNX_Runtime_and_no_libtorch()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var model = new TestModel(TestModel.Random(2, 3, 8), 2, TestModel.Columns(3), new InferenceSettings { Draws = 100, BurnIn = 100 });
        var data = model.Write("data.csv", "a,b,c\n1,,3\n");
        string[] impute = ["impute", "--model", model.Path, "--data", data, "--out", model.File("out.csv"), "--quiet"];
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Checkout.Built("runtime/MissBgm.Runtime.Cli", "missbgm.dll"), .. impute])
        {
            RedirectStandardOutput = true,
        })!;
        var libraries = new HashSet<string>(StringComparer.Ordinal);
        while (!process.WaitForExit(10)) libraries.UnionWith(MappedFiles(process.Id));
        Assert.Equal(0, process.ExitCode);
        Assert.Contains(libraries, library => library.StartsWith("libonnxruntime", StringComparison.Ordinal));
        Assert.DoesNotContain(libraries, library => library.Contains("torch", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_embedding_example_imputes_a_table_and_a_row()
    {
        using var model = new TestModel(TestModel.Random(2, 3, 8), 2, TestModel.Columns(3, 10, 2), new InferenceSettings());
        var data = model.Write("data.csv", "a,b,c\n9,,8\n,10,11\n");
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [Checkout.Built("examples/embed", "embed.dll"), model.Path, data])
            {
                RedirectStandardOutput = true,
            })!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("row 0, b: ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("row 1, a: ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("first column of an average row: ", lines[2], StringComparison.Ordinal);
    }

    private static string[] MappedFiles(int process)
    {
        try
        {
            return [.. File.ReadLines($"/proc/{process}/maps").Select(line => Path.GetFileName(line))];
        }
        catch (IOException)
        {
            // It has ended in between.
            return [];
        }
    }
}
