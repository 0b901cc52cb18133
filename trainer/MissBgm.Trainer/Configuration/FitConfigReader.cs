namespace MissBgm.Trainer.Configuration;

/// <summary>Reads a <see cref="FitConfig"/> from YAML.</summary>
public static class FitConfigReader
{
    private static readonly NumberRange LearningRate = NumberRange.Positive(1);

    // Where settings stood before they were sorted by the mechanism that reads them.
    private static readonly string[] MovedToPaper =
    [
        "epochs", "batch_size", "beta", "g_units", "variance_floor", "covariance", "missingness_units", "use_bnn", "kl_weight",
        "weight_draws", "lr_theta", "clip_theta",
        "lr_phi", "lr_z", "lr_x", "lr_decay", "n_inner_steps", "latent_noise", "averaging", "early_stopping", "egm_init", "posterior",
    ];

    /// <summary>Reads and checks a file; keys that are absent keep the defaults.</summary>
    /// <param name="path">A YAML file.</param>
    /// <param name="mechanism">The mechanism that the command line asks for, which goes before the file's; null for the file's.</param>
    /// <param name="note">Told if the file sets nothing; null for nobody.</param>
    /// <exception cref="MissBgm.Runtime.UserInputException">
    /// The file cannot be read, a key is unknown or cannot act, or a value is not allowed; the message names file and line.
    /// </exception>
    public static FitConfig Read(string path, string? mechanism = null, Action<string>? note = null)
    {
        var yaml = YamlSection.Read(path);
        yaml.NoteIfEmpty(note, "every setting keeps its default");
        foreach (var key in MovedToPaper) yaml.RefuseMoved(key, $"it is a setting of mechanism paper and stands under 'paper', as paper.{key}");
        var defaults = new FitConfig();
        var named = yaml.Choice("mechanism", defaults.Mechanism, FitConfig.Mechanisms);
        var source = mechanism is not null ? "as --mechanism says" : yaml.Has("mechanism") ? "as the file says" : "by default";
        var config = defaults with { Mechanism = mechanism ?? named };
        mechanism = config.Mechanism;
        yaml.RefuseUnless(config.IsPaper, ["paper"], $"it holds settings of mechanism paper, and the mechanism is {mechanism}, {source}");
        yaml.RefuseUnless(
            !config.IsPaper, ["collapsed"],
            $"it holds settings of the mechanisms that integrate missing values out, and the mechanism is paper, {source}");
        config = config with
        {
            ZDim = yaml.Integer("z_dim", defaults.ZDim, 1, 1000),
            Alpha = yaml.Number("alpha", defaults.Alpha, NumberRange.Open(0, 1)),
            Columns = ColumnDeclarationReader.Read(yaml),
            KeepEmpty = yaml.Words("keep_empty", []),
            Paper = ReadPaper(yaml.Section("paper"), defaults.Paper),
            Collapsed = ReadCollapsed(yaml.Section("collapsed"), defaults.Collapsed, mechanism),
        };
        yaml.RejectUnknownKeys();
        return config;
    }

    private static PaperConfig ReadPaper(YamlSection yaml, PaperConfig defaults)
    {
        var paper = new PaperConfig
        {
            Epochs = yaml.Integer("epochs", defaults.Epochs, 1, 1_000_000),
            BatchSize = yaml.Integer("batch_size", defaults.BatchSize, 2, 1_000_000),
            Beta = yaml.Number("beta", defaults.Beta, NumberRange.Closed(0, 1)),
            GUnits = yaml.Widths("g_units", defaults.GUnits),
            VarianceFloor = yaml.Number("variance_floor", defaults.VarianceFloor, NumberRange.Closed(1e-8, 1)),
            Covariance = ReadCovariance(yaml.Section("covariance"), defaults.Covariance),
            MissingnessUnits = yaml.Widths("missingness_units", defaults.MissingnessUnits),
            UseBnn = yaml.Flag("use_bnn", defaults.UseBnn),
            KlWeight = yaml.Number("kl_weight", defaults.KlWeight, NumberRange.Closed(0, 1000)),
            WeightDraws = yaml.Integer("weight_draws", defaults.WeightDraws, 1, 1000),
            LrTheta = yaml.Number("lr_theta", defaults.LrTheta, LearningRate),
            ClipTheta = yaml.Number("clip_theta", defaults.ClipTheta, NumberRange.Closed(0, 1e6)),
            LrPhi = yaml.Number("lr_phi", defaults.LrPhi, LearningRate),
            LrZ = yaml.Number("lr_z", defaults.LrZ, LearningRate),
            LrX = yaml.Number("lr_x", defaults.LrX, LearningRate),
            LrDecay = yaml.Number("lr_decay", defaults.LrDecay, NumberRange.Positive(1)),
            NInnerSteps = yaml.Integer("n_inner_steps", defaults.NInnerSteps, 1, 1000),
            LatentNoise = yaml.Number("latent_noise", defaults.LatentNoise, NumberRange.Closed(0, 10)),
            Averaging = yaml.Number("averaging", defaults.Averaging, NumberRange.Closed(0, 0.9999)),
            EarlyStopping = ReadEarlyStopping(yaml.Section("early_stopping"), defaults.EarlyStopping),
            EgmInit = ReadEgmInit(yaml.Section("egm_init"), defaults.EgmInit),
            Posterior = ReadPosterior(yaml.Section("posterior"), defaults.Posterior),
        };
        yaml.RefuseUnless(paper.UseBnn, ["kl_weight", "weight_draws"], "it is a setting of Bayesian networks, 'use_bnn: true'");
        return paper;
    }

    private static CovarianceConfig ReadCovariance(YamlSection yaml, CovarianceConfig defaults)
    {
        var covariance = new CovarianceConfig
        {
            Kind = yaml.Choice("kind", defaults.Kind, ["diagonal", "low_rank"]),
            Rank = yaml.Integer("rank", defaults.Rank, 1, 8),
        };
        yaml.RefuseUnless(covariance.FactorRank > 0, ["rank"], "only 'kind: low_rank' has a rank");
        return covariance;
    }

    private static EarlyStoppingConfig ReadEarlyStopping(YamlSection yaml, EarlyStoppingConfig defaults)
    {
        var stopping = new EarlyStoppingConfig
        {
            Enabled = yaml.Flag("enabled", defaults.Enabled),
            Share = yaml.Number("share", defaults.Share, NumberRange.Closed(0.001, 0.5)),
            Patience = yaml.Integer("patience", defaults.Patience, 1, 1_000_000),
        };
        yaml.RefuseUnless(stopping.Enabled, ["share", "patience"], "the fit stops early with 'enabled: true' alone");
        return stopping;
    }

    private static EgmInitConfig ReadEgmInit(YamlSection yaml, EgmInitConfig defaults)
    {
        var start = new EgmInitConfig
        {
            Enabled = yaml.Flag("enabled", defaults.Enabled),
            NIter = yaml.Integer("n_iter", defaults.NIter, 1, 10_000_000),
            Lr = yaml.Number("lr", defaults.Lr, LearningRate),
            EUnits = yaml.Widths("e_units", defaults.EUnits),
            DzUnits = yaml.Widths("dz_units", defaults.DzUnits),
            DxUnits = yaml.Widths("dx_units", defaults.DxUnits),
        };
        // The encoder is a part of the model even when it is not trained by the warm start.
        yaml.RefuseUnless(start.Enabled, ["n_iter", "lr", "dz_units", "dx_units"], "'enabled: false' leaves the warm start out");
        return start;
    }

    private static PosteriorConfig ReadPosterior(YamlSection yaml, PosteriorConfig defaults)
    {
        yaml.RefuseMoved("alpha", "every mechanism reads it, and it stands at the top level, as alpha");
        return new PosteriorConfig
        {
            TestEpochs = yaml.Integer("test_epochs", defaults.TestEpochs, 0, 1_000_000),
            ClipGradNorm = yaml.Number("clip_grad_norm", defaults.ClipGradNorm, NumberRange.Positive(1e9)),
            NMcmc = yaml.Integer("n_mcmc", defaults.NMcmc, 1, 10_000_000),
            BurnIn = yaml.Integer("burn_in", defaults.BurnIn, 0, 10_000_000),
            NChains = yaml.Integer("n_chains", defaults.NChains, 1, 64),
            StepSize = yaml.Number("step_size", defaults.StepSize, NumberRange.Positive(10)),
            NumLeapfrogSteps = yaml.Integer("num_leapfrog_steps", defaults.NumLeapfrogSteps, 1, 10_000),
        };
    }

    private static CollapsedConfig ReadCollapsed(YamlSection yaml, CollapsedConfig defaults, string mechanism)
    {
        yaml.RefuseUnless(mechanism != "selection", ["generator"], "mechanism selection has a linear generator always");
        return new CollapsedConfig
        {
            Steps = yaml.Integer("steps", defaults.Steps, 1, 10_000_000),
            BatchSize = yaml.Integer("batch_size", defaults.BatchSize, 2, 1_000_000),
            Lr = yaml.Number("lr", defaults.Lr, LearningRate),
            Proper = yaml.Flag("proper", defaults.Proper),
            ParameterDraws = yaml.Integer("parameter_draws", defaults.ParameterDraws, 2, 1000),
            Generator = yaml.Choice("generator", defaults.Generator, ["auto", "mixtures", "linear"]),
            Marginals = yaml.Choice("marginals", defaults.Marginals, ["auto", "support", "none"]),
            Levels = yaml.Choice("levels", defaults.Levels, ["auto", "normal", "scores"]),
            NMcmc = yaml.Integer("n_mcmc", defaults.NMcmc, 1, 10_000_000),
            NChains = yaml.Integer("n_chains", defaults.NChains, 1, 64),
            BurnIn = yaml.Integer("burn_in", defaults.BurnIn, 0, 10_000_000),
        };
    }
}
