using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Cli;

/// <summary>The NuGet package of the runtime.</summary>
public class PackageTests
{
    [Fact]
    public void The_package_needs_ONNX_Runtime_and_managed_libraries_for_tables_and_numbers()
    {
        var folder = Directory.CreateTempSubdirectory("missbgm-pack-").FullName;
        try
        {
            var project = Checkout.PathOf("runtime", "MissBgm.Runtime");
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
            string[] arguments = ["pack", project, "-c", configuration, "--no-build", "-o", folder, "-v", "quiet", "--nologo"];
            using var pack = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
            var output = pack.StandardOutput.ReadToEnd();
            pack.WaitForExit();
            Assert.True(pack.ExitCode == 0, output);

            using var package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(folder, "*.nupkg")));
            XDocument description;
            using (var stream = package.Entries.Single(entry => entry.Name == "MissBgm.Runtime.nuspec").Open()) description = XDocument.Load(stream);
            string Element(string name) => description.Descendants().Single(element => element.Name.LocalName == name).Value;
            Assert.Equal("MIT", Element("license"));
            Assert.NotNull(package.GetEntry(Element("readme")));
            Assert.Contains("ONNX Runtime", Element("description"), StringComparison.Ordinal);
            var dependencies = description.Descendants().Where(element => element.Name.LocalName == "dependency")
                .Select(element => (string)element.Attribute("id")!);
            Assert.Equal(
                [
                    "Apache.Arrow", "Apache.Arrow.Compression", "CsvHelper", "MathNet.Numerics",
                    "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Logging.Abstractions",
                    "Microsoft.IO.RecyclableMemoryStream", "Microsoft.ML.OnnxRuntime",
                    "MiniExcel", "Parquet.Net", "ZstdSharp.Port",
                ],
                dependencies.Select(id => id.Replace(".Gpu", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            Assert.Equal(
                ["MissBgm.Runtime.dll"],
                package.Entries.Select(entry => entry.Name)
                    .Where(name => name.EndsWith(".dll", StringComparison.Ordinal) || name.Contains(".so", StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
