using MissBgm.Exporter.Bundles;
using MissBgm.Runtime;
using MissBgm.Runtime.Files;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Running;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary>From a table on disk to a bundle on disk.</summary>
internal static class FitJob
{
    /// <summary>What a fit would make of the table.</summary>
    public static FitPlan Plan(FitRequest request, FitMessages messages)
    {
        var (table, config, schema) = Read(request, messages);
        return FitPlan.Of(table, schema, config, new FitOptions().Threads);
    }

    /// <summary>Fits, and writes the bundle.</summary>
    public static FitSummary Run(FitRequest request, FitMessages messages, CancellationToken cancel)
    {
        // Opened now, so that a place that cannot be written shows before the fit.
        using var report = request.Report is null ? null : new OutputFile(request.Report);
        var profile = new StepProfile();
        var (fit, config, size, table) = Begin(request, messages, profile, cancel);
        var model = fit();
        model.Write(request.Output);
        messages.Written(request.Output);
        if (File.Exists(request.CheckpointPath)) File.Delete(request.CheckpointPath);
        messages.Explain(model.Manifest, config);
        if (report is not null) FitReport.Write(report, request, table!, messages, cancel);
        return FitSummary.Of(request.Output, size, model.Manifest, profile);
    }

    // Only a report needs the table once the fit has begun. This is a method of its own, for one that is not optimised keeps what it has seen to its end.
    private static (Func<FittedModel> Fit, FitConfig Config, TableSize Size, Table? Table) Begin(
        FitRequest request, FitMessages messages, StepProfile profile, CancellationToken cancel)
    {
        var (table, config, schema) = Read(request, messages);
        request = request with { Config = config };
        RequireWritable(request);
        if (!config.IsPaper) PointOutWhatIsNotHeeded(request, messages);
        var options = new FitOptions
        {
            Seed = request.Seed,
            Device = request.Device,
            CheckpointPath = request.CheckpointPath,
            Resume = request.Resume,
            Progress = messages,
            Profile = profile,
        };
        return (ModelFit.Prepare(table, schema, config, options, cancel), config, TableSize.Of(table), request.Report is null ? null : table);
    }

    private static (Table Table, FitConfig Config, TableSchema Schema) Read(FitRequest request, FitMessages messages)
    {
        var table = request.SampleRows is { } rows
            ? TableReader.ReadSample(request.Data, rows, request.Seed, request.Reading)
            : TableReader.Read(request.Data, request.Reading);
        var config = Declared(request, table);
        var schema = ModelFit.Columns(table, config);
        messages.Describe(table, schema);
        return (table, config, schema);
    }

    // What the command line says goes before what the file says.
    private static FitConfig Declared(FitRequest request, Table table) => request.Config with
    {
        Columns = request.Config.Columns.With(table, request.Ids, request.Ignored),
        KeepEmpty = request.KeepEmpty.Count == 0 ? request.Config.KeepEmpty : [.. request.KeepEmpty.Select(rule => rule.ToString())],
    };

    private static void PointOutWhatIsNotHeeded(FitRequest request, FitMessages messages)
    {
        if (request.Resume) messages.Note($"mechanism {request.Config.Mechanism} takes seconds and keeps no checkpoint: --resume begins anew.");
        if (request.Device != "cpu") messages.Note($"mechanism {request.Config.Mechanism} is fitted on the processor, whatever --device says.");
    }

    private static void RequireWritable(FitRequest request)
    {
        if (!request.Resume && File.Exists(request.CheckpointPath))
        {
            throw new UserInputException($"{request.CheckpointPath} holds an interrupted fit; continue it with --resume, or delete the file to begin anew.");
        }

        BundleWriter.RequireReplaceable(request.Output);

        // Creating the temporary file shows whether the place can be written, before hours of work and not after.
        new OutputFile(request.CheckpointPath).Dispose();
    }
}
