using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests;

/// <summary>The runtime's folders stand in an order, in which each knows only those below it. CONTRIBUTING.md says what lives in each.</summary>
public sealed class FolderOrderTests
{
    private static readonly string[][] Order =
    [
        ["Numerics"],
        ["Diagnostics"],
        ["Marginals", "Levels", "Forests"],
        ["Files"],
        ["Tables"],
        ["Bundles"],
        ["Graphs"],
        ["Sampling"],
        ["Models"],
        ["Models/Paper", "Models/Collapsed", "Models/Pfn"],
        ["Imputation"],
        ["Sensitivity", "Analysis", "Shards", "Hosting"],
    ];

    private static string Room => Checkout.PathOf("runtime", "MissBgm.Runtime");

    [Fact]
    public void No_folder_of_the_runtime_refers_to_one_above_or_beside_it() => Assert.Empty(FolderOrder.Faults(Room, "MissBgm.Runtime", Order));

    [Fact]
    public void Nor_does_one_of_the_reports() =>
        Assert.Empty(
            FolderOrder.Faults(
                Checkout.PathOf("runtime", "MissBgm.Report"), "MissBgm.Report",
                [["Charts"], ["Findings"], ["Pictures"], ["Pages"], ["Pages/Imputation", "Pages/Prediction"]]));

    [Fact]
    public void A_reference_upwards_or_sideways_is_found_out()
    {
        var room = Directory.CreateTempSubdirectory("missbgm-test-").FullName;
        try
        {
            void Write(string folder, string text)
            {
                Directory.CreateDirectory(Path.Combine(room, folder));
                File.WriteAllText(Path.Combine(room, folder, "A.cs"), text);
            }

            Write("Low", "using Room.High;\n");
            Write("Middle", "using Room.Low;\n// High.Thing may be spoken of\nvar x = High.Thing.Of(\"High.Thing\");\n");
            Write("Beside", "using Room.Middle;\nusing System.Low;\n");
            Write("Elsewhere", "");
            var faults = FolderOrder.Faults(room, "Room", [["Low"], ["Middle", "Beside"], ["High"]]);
            Assert.Equal(
                [
                    "Beside/A.cs refers to Middle, which stands beside it",
                    "Elsewhere/A.cs: the folder Elsewhere has no place in the order",
                    "Low/A.cs refers to High, which stands above it",
                    "Middle/A.cs refers to High, which stands above it",
                ],
                faults.Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(room, recursive: true);
        }
    }
}
