using System.Diagnostics;

namespace MissBgm.Trainer.Running;

/// <summary>Reports on a stage with the time left, judged by its pace since this process began it.</summary>
internal sealed class StageReporter(IProgress<FitProgress>? progress, FitStage stage, double start, long total)
{
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();

    public void Report(double done, IReadOnlyDictionary<string, double> losses)
        => progress?.Report(new FitProgress(stage, done, total, done > start ? _elapsed.Elapsed * ((total - done) / (done - start)) : null, losses));
}
