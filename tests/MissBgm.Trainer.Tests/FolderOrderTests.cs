using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Trainer.Tests;

/// <summary>The trainer's folders stand in an order, in which each knows only those below it. CONTRIBUTING.md says what lives in each.</summary>
public sealed class FolderOrderTests
{
    private static readonly string[][] Order =
    [
        ["Tensors", "Running", "Tables", "Simulation", "Configuration"],
        ["Paper/Networks", "Collapsed/Factors", "Pfn/Prior", "Pfn/Network"],
        ["Paper/Steps", "Collapsed/Masks", "Collapsed/Laplace", "Collapsed/Mixtures", "Pfn/Evaluation"],
        ["Collapsed/Evidence", "Collapsed/Forests"],
        ["Paper", "Collapsed", "Pfn"],
        ["Collapsed/Marginals"],
        ["Collapsed/Levels"],
    ];

    private static string Room => RepositoryFiles.PathOf("trainer", "MissBgm.Trainer");

    [Fact]
    public void No_folder_of_the_trainer_refers_to_one_above_or_beside_it() => Assert.Empty(FolderOrder.Faults(Room, "MissBgm.Trainer", Order));

    [Fact]
    public void Every_folder_of_the_order_is_there_and_CONTRIBUTING_says_what_lives_in_it() =>
        Assert.Empty(FolderOrder.Unexplained(Room, Order));
}
