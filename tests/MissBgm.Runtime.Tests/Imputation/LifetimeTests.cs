using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Models.Pfn;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Attacks;
using MissBgm.Runtime.Tests.Models.Pfn;

namespace MissBgm.Runtime.Tests.Imputation;

/// <summary>Models that are closed while they are in use, or used after that.</summary>
public sealed class LifetimeTests
{
    private static readonly ImputeOptions Options = new() { Threads = 2, Inference = new() { Draws = 200, BurnIn = 0, Chains = 2 } };

    [Fact]
    public async Task A_model_that_is_closed_in_mid_run_lets_the_run_end()
    {
        using var bundle = new HostileBundle();
        using var imputer = Imputer.Load(bundle.Path);
        var table = TableReader.Read(bundle.Data);
        var expected = imputer.Impute(table, Options).Cells.Select(cell => cell.Value).ToArray();
        using var begun = new ManualResetEventSlim();
        var run = Task.Run(() => imputer.Impute(table, Options, new Synchronous(begun.Set)));
        begun.Wait();
        imputer.Dispose();
        Assert.Equal(expected, (await run).Cells.Select(cell => cell.Value));
        Assert.Throws<ObjectDisposedException>(() => imputer.Impute(table, Options));
    }

    /// <summary>Native sessions that are freed under a run end the process: that this test comes to its end is what it asks for.</summary>
    [Fact]
    public async Task A_pretrained_model_that_is_closed_in_mid_run_lets_the_run_end()
    {
        var model = PfnModel.Load(Nano.Path);
        var predictor = new Predictor(model);
        var (train, test) = (Nano.Labelled(60, 4, 2, 1), Nano.Labelled(20, 4, 2, 2, label: false));
        var runs = Enumerable.Range(0, 2).Select(_ => Task.Run(() => predictor.Predict(train, test, "label"))).ToArray();
        await Task.Delay(30);
        model.Dispose();
        foreach (var run in runs)
        {
            try
            {
                Assert.NotNull(await run);
            }
            catch (ObjectDisposedException)
            {
                // It had not begun.
            }
        }

        Assert.Throws<ObjectDisposedException>(() => predictor.Predict(train, test, "label"));
    }

    [Fact]
    public void Closing_twice_is_closing_once()
    {
        using var bundle = new HostileBundle();
        var imputer = Imputer.Load(bundle.Path);
        imputer.Dispose();
        imputer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => imputer.Impute(new double[1, 4]));
    }

    [Fact]
    public void A_cancelled_run_is_cancelled_and_not_the_bundles_fault()
    {
        using var bundle = new HostileBundle();
        using var imputer = Imputer.Load(bundle.Path);
        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            imputer.Impute(TableReader.Read(bundle.Data), Options, new Synchronous(cancellation.Cancel), cancellation.Token));
        Assert.NotEmpty(imputer.Impute(TableReader.Read(bundle.Data), Options).Cells);
    }

    private sealed class Synchronous(Action act) : IProgress<double>
    {
        public void Report(double value) => act();
    }
}
