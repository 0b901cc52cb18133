using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Collapsed.Evidence;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Mixtures;

namespace MissBgm.Trainer.Tests.Collapsed;

/// <summary>What takes seconds on a tall table looks whether it is cancelled as it goes, not only before and after.</summary>
public sealed class CancellationTests
{
    private static readonly MaskedMatrix Data = MaskedMatrix.From(new Scenario(200, 4, 2, 3) { Observed = Scenario.Mcar }.Simulate().Table);

    public static TheoryData<string> Computations => ["factor analysis", "mixture", "climb", "simulated masks"];

    [Theory]
    [MemberData(nameof(Computations))]
    public void A_cancelled_computation_ends(string computation)
    {
        var factors = FactorAnalysis.Fit(Data, 2, 1);
        var completed = GeneratorTrials.Complete(Data, factors);
        var (settings, centre) = (new MixtureSettings { Components = 2 }, MixtureFit.ColumnMeans(completed, Data.Columns));
        var components = MixtureFit.Run(Data, completed, SelfMask.Ignorable, settings with { Iterations = 0 }, 42);
        using var source = new CancellationTokenSource();
        source.Cancel();
        var cancelled = source.Token;

        Assert.Throws<OperationCanceledException>(() => _ = computation switch
        {
            "factor analysis" => FactorAnalysis.Fit(Data, 2, 1, cancelled),
            "mixture" => MixtureFit.Run(Data, completed, SelfMask.Ignorable, settings, 42, cancelled),
            "climb" => MixtureFit.Continue(Data, components, centre, SelfMask.Ignorable, settings, cancelled),
            _ => (object)MechanismChoice.Decide(
                Data, factors, ["a", "b", "c", "d"], [.. Enumerable.Repeat(ColumnType.Numeric, 4)], new CollapsedSettings(), 42, cancelled),
        });
    }
}
