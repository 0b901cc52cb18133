using MissBgm.Exporter.Tests.Harness;

namespace MissBgm.Exporter.Tests.Hosts;

/// <summary>The bindings for other languages, on the library that tests/setup.sh compiles ahead of time.</summary>
public sealed class BindingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-").FullName;
    private readonly string _bundle;

    public BindingTests() => MixedBundle.Write(_bundle = Path.Combine(_folder, "model"));

    private static string Library => Path.Combine(Programs.Root, "bin/lib");

    [Fact]
    public void A_program_in_C_imputes_on_several_threads_and_is_told_what_is_wrong()
    {
        var program = Path.Combine(_folder, "impute");
        Programs.Run(
            "clang", "-std=c11", "-Wall", "-Wextra", "-Werror", "-pthread", $"-I{Programs.Root}/bindings/c", Path.Combine(Programs.Root, "tests/c/impute.c"),
            "-o", program, Path.Combine(Library, "libmissbgm.so"), $"-Wl,-rpath,{Library}", $"-Wl,-rpath-link,{Library}");
        var bad = BadBundles.All.Select(kind => BadBundles.Write(kind, Path.Combine(_folder, kind))).ToArray();
        Assert.Matches(@"^1\.710000 1 [012] 40\n$", Programs.Run(program, [_bundle, .. bad, Path.Combine(Programs.Root, "models/pfn-nano")]));
    }

    [Fact]
    public void The_Python_class_imputes_frames_and_arrays_as_scikit_learn_expects()
    {
        var table = Path.Combine(_folder, "table.csv");
        File.WriteAllText(table, MixedBundle.Csv);
        Programs.Run(
            "env", $"MISSBGM_LIBRARY={Library}/libmissbgm.so", $"PYTHONPATH={Programs.Root}/bindings/python", $"MODEL={_bundle}", $"TABLE={table}",
            "PYTHONDONTWRITEBYTECODE=1", "/usr/bin/python3", Path.Combine(Programs.Root, "tests/python/test_missbgm.py"));
    }

    [RFact]
    public void The_R_function_imputes_frames_of_R_s_types()
    {
        var table = Path.Combine(_folder, "table.csv");
        File.WriteAllText(table, MixedBundle.Csv);
        var said = Programs.Run(
            "env", $"MISSBGM={Programs.Root}/bin/native/missbgm", $"BINDING={Programs.Root}/bindings/r", $"MODEL={_bundle}", $"TABLE={table}",
            "/usr/bin/Rscript", "--vanilla", Path.Combine(Programs.Root, "tests/r/test_missbgm.R"));
        Assert.Equal("done\n", said);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>A test that R takes part in, skipped where it is not installed.</summary>
internal sealed class RFactAttribute : FactAttribute
{
    public RFactAttribute() => Skip = File.Exists("/usr/bin/Rscript") ? null : "Rscript is not there: install r-base-core to run this test.";
}
