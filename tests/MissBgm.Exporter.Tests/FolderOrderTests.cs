using MissBgm.Exporter.Tests.Harness;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Exporter.Tests;

/// <summary>The exporter's folders stand in an order, in which each knows only those below it. CONTRIBUTING.md says what lives in each.</summary>
public sealed class FolderOrderTests
{
    private static readonly string[][] Order =
    [
        ["Graphs"],
        ["Operators"],
        ["Differentiation", "Onnx", "Tables"],
        ["Bundles", "Paper/Networks"],
        ["Paper/Densities", "Paper/Sampling"],
        ["Paper", "Collapsed", "Pfn"],
    ];

    private static string Room => Path.Combine(Programs.Root, "exporter", "MissBgm.Exporter");

    [Fact]
    public void No_folder_of_the_exporter_refers_to_one_above_or_beside_it() => Assert.Empty(FolderOrder.Faults(Room, "MissBgm.Exporter", Order));

    [Fact]
    public void Every_folder_of_the_order_is_there_and_CONTRIBUTING_says_what_lives_in_it() =>
        Assert.Empty(FolderOrder.Unexplained(Room, Order));
}
