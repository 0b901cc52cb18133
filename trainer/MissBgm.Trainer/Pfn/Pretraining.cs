using System.Diagnostics;
using MissBgm.Runtime;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn.Evaluation;
using MissBgm.Trainer.Pfn.Prior;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn;

/// <summary>
/// Pretrains a PFN-Flow network on tasks drawn as it goes (Section 5, Appendix B). The folder holds <c>checkpoint.npz</c>, the loss curve
/// <c>losses.csv</c>, <c>evaluation.csv</c> and <c>evaluation_tables.csv</c>; a run that was stopped, at whatever moment, resumes from its
/// last checkpoint to the very same weights.
/// </summary>
public sealed class Pretraining : IDisposable
{
    /// <summary>The checkpoint's name in the run's folder.</summary>
    public const string CheckpointName = "checkpoint.npz";

    private const int ReportSteps = 20;
    private readonly PretrainConfig _config;
    private readonly Device _device;
    private readonly string _folder;
    private readonly PretrainState _state;
    private readonly PretrainCheckpoint _checkpoint;
    private readonly ScmPrior _prior;
    private readonly RealTable[] _tables;
    private readonly Stopwatch _clock = new();
    private readonly Stopwatch _priorClock = new();
    private LossSums _sums;

    /// <summary>Begins a run, or continues one.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="folder">Where the run keeps its files.</param>
    /// <param name="resume">Whether to continue from the folder's checkpoint.</param>
    /// <param name="deviceName"><c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="startFrom">A bundle whose weights a new run begins with; null to draw them.</param>
    /// <exception cref="UserInputException">
    /// There is a checkpoint but not the wish to resume, or the reverse, or it or the bundle is of another network.
    /// </exception>
    public Pretraining(PretrainConfig config, string folder, bool resume, string deviceName, string? startFrom = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        (_config, _folder, _device) = (config, folder, TrainingDevice.Named(deviceName));
        _checkpoint = new PretrainCheckpoint(Path.Combine(folder, CheckpointName));
        if (_checkpoint.Exists && !resume)
        {
            throw new UserInputException($"{folder}: there is a run already; add --resume to continue it, or give another --out.");
        }

        _tables = [.. config.EvaluationTables.Select(table => RealTable.Read(table, config.Network))];
        _state = new PretrainState(config, _device);
        _prior = new ScmPrior(config.Prior);
        if (resume) _checkpoint.Restore(_state, config);
        else if (startFrom is not null) _state.StartFrom(startFrom);
    }

    /// <summary>Whether a run's folder holds a checkpoint to resume from.</summary>
    public static bool HasCheckpoint(string folder) => new PretrainCheckpoint(Path.Combine(folder, CheckpointName)).Exists;

    /// <summary>Whether all steps are done.</summary>
    public bool Finished => _state.Step >= _config.Steps;

    /// <summary>Trains until the last step, the time limit or cancellation; the state is on disk when it returns.</summary>
    /// <param name="limit">Time after which to stop; null for none.</param>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="evaluated">Told after each evaluation on the fixed tasks.</param>
    /// <param name="processorTime">Processor time of the run's steps, earlier sessions included, after which to stop; null for none.</param>
    /// <param name="cancellation">Stops after the step that is under way.</param>
    /// <exception cref="NumericalException">The gradient is not finite; the last checkpoint stays.</exception>
    public void Run(
        TimeSpan? limit, Action<PretrainProgress> progress, Action<EvaluationRecord> evaluated, CancellationToken cancellation,
        TimeSpan? processorTime = null)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(evaluated);
        var started = Stopwatch.StartNew();
        var saved = _state.Step;
        while (!Finished && !cancellation.IsCancellationRequested && !(started.Elapsed >= limit)
            && !(_state.ProcessorSeconds >= processorTime?.TotalSeconds))
        {
            Step();
            if (_state.Step % ReportSteps == 0 || Finished) Report(progress);
            if (_state.Step % _config.EvaluationSteps == 0 || Finished) Evaluate(evaluated, cancellation);
            if (_state.Step % _config.CheckpointSteps == 0) Save();
        }

        if (saved != _state.Step) Save();

        void Save()
        {
            _checkpoint.Write(_state, _config);
            saved = _state.Step;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _state.Dispose();

    private void Step()
    {
        using var scope = NewDisposeScope();
        // Neither evaluations nor checkpoints are timed.
        _clock.Start();
        var (begun, processor) = (_clock.Elapsed.TotalSeconds, Environment.CpuUsage.TotalTime);
        using var random = new StepRandom(_config.Seed, RandomPurpose.Prior, _state.Step, _device);
        var rows = _config.Rows[random.Between(0, _config.Rows.Count - 1)];
        var share = _config.ContextMinimum + (_config.ContextMaximum - _config.ContextMinimum) * random.NextUniform();
        var context = Math.Clamp((int)(share * rows), 1, rows - 1);
        _priorClock.Start();
        var features = _prior.DrawFeatures(random);
        var tasks = Tasks(rows, features);
        var drawn = Control.Apply(random, _prior.Draw(random, _state.Step, tasks, rows, features), _config.Control);
        var batch = TargetColumn.Hide(random, drawn, context, _config.TargetShare);
        _priorClock.Stop();

        var losses = PretrainLosses.Of(_state.Network, _config, batch, context, random, trainable: true);
        losses.Total(_config).backward();
        var norm = _state.Descend(_config);
        if (!double.IsFinite(norm))
        {
            throw new NumericalException(
                $"pretraining step {_state.Step}: the gradient is not finite; lower learning_rate, and resume from the last checkpoint in {_folder}.");
        }

        _sums = _sums.Plus(losses.Class.item<float>(), losses.Flow.item<float>(), losses.Distillation.item<float>(), losses.Cell.item<float>(), norm, tasks);
        _state.Step++;
        _state.Tasks += tasks;
        _clock.Stop();
        _state.Seconds += _clock.Elapsed.TotalSeconds - begun;
        _state.ProcessorSeconds += (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
    }

    private int Tasks(int rows, int features)
    {
        var tasks = _config.RowsPerStep / rows;
        return _config.CellsPerStep == 0 ? tasks : Math.Clamp(_config.CellsPerStep / (rows * (features + 1)), 1, tasks);
    }

    private void Report(Action<PretrainProgress> progress)
    {
        // The first report of a resumed run is of the steps since.
        var (steps, seconds) = (_sums.Steps, _clock.Elapsed.TotalSeconds);
        var report = new PretrainProgress(
            _state.Step, _config.Steps, _state.Tasks, _state.Seconds, LearningRate.At(_config, _state.Step - 1),
            _sums.Class / steps, _sums.Flow / steps, _sums.Distillation / steps, _sums.GradientNorm / steps,
            _sums.Tasks / seconds, _priorClock.Elapsed.TotalSeconds / seconds, _sums.Cell / steps, _state.ProcessorSeconds);
        Append("losses.csv", PretrainProgress.Header, report.ToLine());
        progress(report);
        _sums = default;
        _clock.Reset();
        _priorClock.Reset();
    }

    // A signal does not wait for it: the curve lacks a point then.
    private void Evaluate(Action<EvaluationRecord> evaluated, CancellationToken cancellation)
    {
        EvaluationRecord record;
        try
        {
            record = FixedTasks.Evaluate(_state, _config, _device, cancellation) with
            {
                Tables = _state.WithAverage(() => _tables.Select(Scores).ToArray()),
            };
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }

        Append("evaluation.csv", EvaluationRecord.Header, record.ToLine());
        foreach (var scores in record.Tables) Append("evaluation_tables.csv", TableScores.Header, scores.ToLine(record.Step, record.Tasks));
        evaluated(record);

        TableScores Scores(RealTable table)
        {
            cancellation.ThrowIfCancellationRequested();
            return new TableEvaluation(_state.Network, _device).Of(table);
        }
    }

    // A curve, not a result: lines are appended as they come; a resumed run repeats the lines after its checkpoint.
    private void Append(string file, string header, string line)
    {
        var path = Path.Combine(_folder, file);
        try
        {
            Directory.CreateDirectory(_folder);
            File.AppendAllText(path, File.Exists(path) ? $"{line}\n" : $"{header}\n{line}\n");
        }
        catch (Exception e) when (FileSize.IsRefusal(e))
        {
            throw FileSize.Refused(path, e, "");
        }
    }

    private readonly record struct LossSums(double Class, double Flow, double Distillation, double Cell, double GradientNorm, long Tasks, int Steps)
    {
        public LossSums Plus(double crossEntropy, double flow, double distillation, double cell, double norm, int tasks)
            => new(Class + crossEntropy, Flow + flow, Distillation + distillation, Cell + cell, GradientNorm + norm, Tasks + tasks, Steps + 1);
    }
}
