using MissBgm.Bench.Data;
using MissBgm.Trainer.Paper;
using MissBgm.Trainer.Running;

namespace MissBgm.Bench.Imputers;

/// <summary>The processor time of one epoch of MissBGM's fit, without completion and warm start: epochs 2 and 3 of three, halved.</summary>
public sealed class EpochCost : IImputer
{
    public string Name => "missbgm-epoch";

    public string Label => "MissBGM, one epoch";

    public int Seeds => 1;

    public Imputation Impute(BenchDataset dataset, int seed)
    {
        var config = PaperMissBgm.Configuration(dataset);
        config = config with { Paper = config.Paper with { Epochs = 3, EgmInit = config.Paper.EgmInit with { Enabled = false } } };
        var clock = new EpochClock();
        var result = MissBgmFit.Run(dataset.Encode(), config, new FitOptions { Seed = (ulong)seed, Progress = clock });
        return new Imputation(Array.ConvertAll(result.Completed, x => (double)x), (clock.Ends[2] - clock.Ends[0]).TotalSeconds / 2);
    }

    private sealed class EpochClock : IProgress<FitProgress>
    {
        public List<TimeSpan> Ends { get; } = [];

        // Progress is told within epochs too.
        public void Report(FitProgress value)
        {
            if (value.Stage == FitStage.Epochs && value.Done >= Ends.Count + 1) Ends.Add(ProcessorTime.Used());
        }
    }
}
