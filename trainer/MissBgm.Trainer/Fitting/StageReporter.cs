using System.Diagnostics;

namespace MissBgm.Trainer.Fitting;

/// <summary>Reports on a stage with the time left, judged by its pace since this process began it.</summary>
internal sealed class StageReporter(IProgress<FitProgress>? progress, FitStage stage, long start, long total)
{
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();

    public void Report(long done, IReadOnlyDictionary<string, double> losses)
        => progress?.Report(new FitProgress(stage, done, total, done > start ? _elapsed.Elapsed * ((double)(total - done) / (done - start)) : null, losses));
}
