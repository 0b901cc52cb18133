using System.Reflection;
using System.Text.Json;
using MissBgm.Exporter.Collapsed;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Tables;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Numerics;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Collapsed;
using MissBgm.Trainer.Collapsed.Levels;
using MissBgm.Trainer.Collapsed.Marginals;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper;
using MissBgm.Trainer.Running;

namespace MissBgm.Trainer;

/// <summary>Fits MissBGM to an incomplete table, by the mechanism that the configuration names.</summary>
public static class ModelFit
{
    private const int LongTable = 200_000;

    // Cells of a column hidden from the trial fits, for its atoms' cut-points to go by them.
    private const int FewestHidden = 50;

    /// <summary>The toolchain's version.</summary>
    public static string Version { get; } =
        typeof(ModelFit).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Fits a model.</summary>
    /// <param name="table">The incomplete table.</param>
    /// <param name="config">Hyper-parameters; the defaults if null.</param>
    /// <param name="options">How to run; the defaults if null.</param>
    /// <param name="cancel">Stops the fit, with a checkpoint if the mechanism is <c>paper</c> and there is a path for one.</param>
    /// <exception cref="UserInputException">
    /// A cell or a column cannot be modelled, fewer than two rows, or an option that cannot be met; the message says what and where.
    /// </exception>
    /// <exception cref="NumericalException">A loss or a parameter is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled.</exception>
    public static FittedModel Run(Table table, FitConfig? config = null, FitOptions? options = null, CancellationToken cancel = default)
    {
        config ??= new FitConfig();
        return Run(table, Columns(table, config), config, options, cancel);
    }

    /// <summary>Fits a model to a table whose columns are known.</summary>
    /// <param name="table">The incomplete table.</param>
    /// <param name="schema">Its columns: types, levels, scaling.</param>
    /// <param name="config">Hyper-parameters.</param>
    /// <param name="options">How to run; the defaults if null.</param>
    /// <param name="cancel">Stops the fit.</param>
    /// <exception cref="UserInputException">As above.</exception>
    /// <exception cref="NumericalException">A loss or a parameter is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled.</exception>
    public static FittedModel Run(Table table, TableSchema schema, FitConfig config, FitOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(config);
        return Prepare(table, schema, config, options ?? new FitOptions(), cancel)();
    }

    /// <summary>
    /// Learns of the table what only all of its rows tell. The fit that comes back holds no more of it than the rows it takes, so that a caller may let go
    /// of a long table before.
    /// </summary>
    internal static Func<FittedModel> Prepare(Table table, TableSchema schema, FitConfig config, FitOptions options, CancellationToken cancel)
    {
        var (rows, apart, reading, tokens) = (table.Rows, ColumnPair.Find(table, schema), table.Reading, table.MissingTokens.Values.ToArray());
        LetGoOfGarbage(rows);
        var encoded = schema.Encode(table);
        if (config.IsPaper) return () => Fitted(encoded, Describe, MissBgmFit.Run(encoded, config, options, cancel), config);
        var missing = encoded.Observed.Count(observed => observed == 0);
        encoded = FitRows.Of(encoded, options.Seed);
        LetGoOfGarbage(rows);
        var settings = DimensionChoice.Run(schema, encoded, CollapsedSettings.Of(config, options.Threads), options.Seed, cancel);
        var decision = MarginalChoice.Run(table, schema, encoded, settings, options.Seed, cancel);
        schema = decision.Schema;
        if (settings.Trees) schema = schema.With(LevelChoice.Run(schema.Modelled, encoded, decision.Decision.Evidence.Chosen, settings, options.Seed, cancel));
        return () =>
        {
            LetGoOfGarbage(rows);
            return FitCollapsed(encoded, schema, decision, settings, DescribeWhole, config, options, cancel);
        };

        // The fit counts the Gaussian columns' cells, of the rows it takes.
        Manifest DescribeWhole(int latentDimension, InferenceSettings inference, TrainingSummary training) => Describe(latentDimension, inference, training with
        {
            Rows = rows,
            MissingCells = missing,
            ChosenRows = encoded.Rows < rows ? encoded.Rows : null,
        });

        Manifest Describe(int latentDimension, InferenceSettings inference, TrainingSummary training) => new()
        {
            FormatVersion = Manifest.CurrentFormatVersion,
            Kind = Manifest.MissBgmKind,
            ToolVersion = Version,
            Seed = options.Seed,
            LatentDimension = latentDimension,
            Columns = schema.Columns,
            Carried = schema.Carried,
            KeepEmpty = config.KeepEmpty,
            NeverTogether = apart,
            Reading = reading,
            MissingTokens = tokens,
            Inference = inference,
            Hyperparameters = StoredConfig.Write(config),
            Training = training,
            Files = new Dictionary<string, string>(),
        };
    }

    /// <summary>The columns of a training table, as the configuration declares them or the data show them.</summary>
    /// <exception cref="UserInputException">A declared column is not in the table, a cell is not a value of its column, or no column varies.</exception>
    public static TableSchema Columns(Table table, FitConfig config)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(config);
        ColumnDeclarationReader.RequireKnown(config.Columns, table);
        foreach (var rule in config.KeepEmpty) KeepEmptyRule.Parse(rule).Check(table);
        return TableSchema.Detect(table, config.Columns);
    }

    /// <summary>Lets the networks of a fitted model of mechanism <c>paper</c> move on with a new table; columns and scaling stay the model's.</summary>
    /// <param name="bundle">The model.</param>
    /// <param name="table">The new table, with the training table's columns.</param>
    /// <param name="epochs">Passes over the new table; those of the configuration's <c>paper.posterior.test_epochs</c> if null.</param>
    /// <param name="options">How to run; the defaults if null. There are no checkpoints.</param>
    /// <param name="cancel">Stops after the batch in progress.</param>
    /// <exception cref="UserInputException">The model is of another mechanism or too old, or the table is not of its columns.</exception>
    /// <exception cref="BundleException">The model's networks are damaged.</exception>
    /// <exception cref="NumericalException">A loss is no longer finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FittedModel Adapt(Bundle bundle, Table table, int? epochs = null, FitOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        options ??= new FitOptions();
        var networks = Networks(bundle);
        var encoded = bundle.Schema.Encode(table);

        // Few epochs leave nothing to stop early, and too little to average over.
        var config = Configuration(bundle);
        config = config with
        {
            Paper = config.Paper with
            {
                Epochs = epochs ?? Math.Max(1, config.Paper.Posterior.TestEpochs),
                Averaging = 0,
                EarlyStopping = config.Paper.EarlyStopping with { Enabled = false },
            },
        };
        return Fitted(encoded, Describe, MissBgmFit.Adapt(encoded, config, networks, options, cancel), config);

        // The model is sampled as before.
        Manifest Describe(int latentDimension, InferenceSettings inference, TrainingSummary training) => bundle.Manifest with
        {
            ToolVersion = Version,
            Seed = options.Seed,
            Hyperparameters = StoredConfig.Write(config),
            Training = training,
        };
    }

    // Reading, encoding and counting a long table leave several times behind of what they give, and the collector takes its time with large pieces.
    private static void LetGoOfGarbage(int rows)
    {
        if (rows > LongTable) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private static FittedModel Fitted(
        EncodedTable encoded,
        Func<int, InferenceSettings, TrainingSummary, Manifest> describe,
        FitResult result,
        FitConfig config)
    {
        var rows = FittedRows.Create(encoded, result.Latent, result.Completed, config.ZDim);
        var attachments = new Dictionary<string, byte[]> { [MissBgmFit.NetworksFileName] = result.Networks };
        return new FittedModel(
            describe(config.ZDim, PaperInference.Of(config), result.Summary),
            (path, manifest) => PaperBundle.Write(path, manifest, result.Weights, rows, weightDraws: result.WeightDraws, attachments: attachments));
    }

    private static FittedModel FitCollapsed(
        EncodedTable encoded,
        TableSchema schema,
        MarginalDecision decision,
        CollapsedSettings settings,
        Func<int, InferenceSettings, TrainingSummary, Manifest> describe,
        FitConfig config,
        FitOptions options,
        CancellationToken cancel)
    {
        var coding = new GaussianCoding(schema.Modelled);
        var result = CollapsedFit.Run(coding.Encode(encoded), coding.Names, settings, options.Seed, coding.Types, decision.Decision, options.Progress, cancel);
        var d = result.Weights.LatentDimension;
        var rows = FittedRows.Create(encoded, result.Latent, coding.Decode(result.Completed), d);
        var inference = new InferenceSettings
        {
            Draws = config.Collapsed.NMcmc,
            BurnIn = config.Collapsed.BurnIn,
            Chains = config.Collapsed.NChains,
            Alpha = config.Alpha,
        };
        // Of a column whose mask follows its value the mask tells of the score, not of what lies behind it.
        var (weights, generator, modelled) = result.Evidence.Chosen == Mechanism.Ignorable
            ? Intervals(result, encoded, schema.Modelled, decision.Counts, settings, options.Seed, cancel)
            : (result.Weights, result.Generator, schema.Modelled);
        var calibrated = LevelCalibration.Run(modelled, weights, result.Generator.Fits, new Philox(options.Seed));
        var described = calibrated.Select((column, c) =>
            result.Forests.FirstOrDefault(own => own.Forest.Place == coding.FirstOf(c)) is { } found ? column with { Forest = found.Description } : column);
        WeightedForest[] forests = [.. result.Forests.Select(own => new WeightedForest(own.Description.Weight, own.Forest))];
        return new FittedModel(
            describe(d, inference, result.Summary) with
            {
                Columns = schema.With([.. described]).Columns,
                Mechanism = result.Evidence.Chosen,
                Evidence = result.Evidence,
                Generator = generator,
            },
            (path, manifest) => CollapsedBundle.Write(path, manifest, weights, rows, forests));
    }

    // Levels have latent variables unless hidden cells are against it, numbers with atoms where they are for it. Atoms' cut-points then go by
    // the same hidden cells: a mixture knows the rows that it was fitted to too well to tell how far draws of others spread. Where these
    // are few, observed cells left out of their rows tell more, and of a linear generator, which has few parameters for its rows.
    private static (CollapsedMixture Weights, GeneratorEvidence Generator, IReadOnlyList<ColumnSchema> Columns) Intervals(
        CollapsedFitResult result, EncodedTable encoded, IReadOnlyList<ColumnSchema> columns, ValueCounts?[] counts, CollapsedSettings settings,
        ulong seed, CancellationToken cancel)
    {
        var (coding, generator) = (new GaussianCoding(columns), result.Generator);
        var choice = result.Trials is { } trials
            ? new IntervalChoice(trials.Fits, trials.Weights, columns, counts, GeneratorChoice.Sample(encoded, seed))
            : null;
        var levels = settings.Intervals ? LevelIntervals.Of(coding) : new LevelIntervals?[coding.Columns];
        if (settings.Intervals && choice is not null)
        {
            var (ofLevels, atoms) = (choice.OfLevels(levels), LevelIntervals.OfAtoms(columns, counts));
            if (ofLevels?.PrefersLatent == false) levels = new LevelIntervals?[levels.Length];
            var ofAtoms = choice.OfAtoms(levels, atoms);
            if (ofAtoms?.PrefersLatent == true) levels = IntervalChoice.Both(levels, atoms);
            generator = generator with { Intervals = ofLevels, Atoms = ofAtoms };
        }

        var weights = LatentLevels.Of(result.Weights, levels);
        return (weights, generator, AtomCalibration.Run(columns, counts, encoded, place => result.Forests.Any(own => own.Forest.Place == place), Draw));

        IReadOnlyDictionary<int, HiddenCell[]> Draw(IReadOnlyCollection<int> places)
        {
            var hidden = choice?.Draw(places, levels);
            int[] few = [.. places.Where(place => hidden is null || hidden[place].Length < FewestHidden)];
            var leftOut = few.Length == 0 ? null : LeftOutCells.Draw(few, weights, result.Generator.Fits, coding.Encode(encoded), seed, cancel);
            return places.ToDictionary(place => place, place => few.Contains(place) ? leftOut![place] : hidden![place]);
        }
    }

    private static FitConfig Configuration(Bundle bundle)
    {
        try
        {
            return StoredConfig.Read(bundle.Manifest.Hyperparameters);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new BundleException($"{bundle.Path}: {Manifest.FileName}: hyperparameters are not those of a fit: {e.Message} Export the bundle again.", e);
        }
    }

    private static byte[] Networks(Bundle bundle)
    {
        if (bundle.Manifest.Mechanism != Mechanism.Paper)
        {
            throw new UserInputException(
                $"{bundle.Path}: the model is of mechanism {bundle.Manifest.Mechanism.Name()}, which is fitted in seconds "
                + "and has no networks to move on; fit the new table, or both tables together.");
        }

        return bundle.Find(MissBgmFit.NetworksFileName)
            ?? throw new UserInputException(
                $"{bundle.Path} has no {MissBgmFit.NetworksFileName}, with which an adaptation begins: it was written by an "
                + "earlier version; fit the model again.");
    }
}
