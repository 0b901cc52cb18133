namespace MissBgm.Trainer.Pfn;

/// <summary>A report on a running pretraining: means since the last report.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="Tasks">Tasks seen.</param>
/// <param name="Seconds">Seconds spent, earlier sessions included.</param>
/// <param name="LearningRate">The rate of the last step.</param>
/// <param name="Class">Cross-entropy of the query labels, nats.</param>
/// <param name="Flow">Flow-matching loss.</param>
/// <param name="Distillation">Self-distillation loss.</param>
/// <param name="GradientNorm">The gradient's norm before clipping.</param>
/// <param name="TasksPerSecond">Tasks seen a second.</param>
/// <param name="PriorShare">Share of the time that went into drawing the tasks.</param>
/// <param name="Cell">Negative log density of the missing cells.</param>
/// <param name="ProcessorSeconds">Processor seconds spent, earlier sessions included.</param>
public sealed record PretrainProgress(
    long Step, long Steps, long Tasks, double Seconds, double LearningRate, double Class, double Flow, double Distillation,
    double GradientNorm, double TasksPerSecond, double PriorShare, double Cell, double ProcessorSeconds)
{
    /// <summary>The header of the loss curve's file.</summary>
    public const string Header = "step,tasks,seconds,learning_rate,class,flow,distillation,gradient_norm,tasks_per_second,prior_share,cell,processor_seconds";

    /// <summary>The report as a line of that file.</summary>
    public string ToLine() => FormattableString.Invariant(
        $"{Step},{Tasks},{Seconds:F1},{LearningRate:G4},{Class:F5},{Flow:F5},{Distillation:F5},{GradientNorm:F4},{TasksPerSecond:F2},{PriorShare:F3}")
        + FormattableString.Invariant($",{Cell:F5},{ProcessorSeconds:F1}");
}
