using System.Text.Json;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;

namespace MissBgm.Trainer.Tests.Configuration;

public sealed class FitConfigReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_empty_file_gives_the_defaults_of_the_papers_table_6()
    {
        var config = FitConfigReader.Read(_folder.Write("c.yaml", ""));
        var paper = config.Paper;

        Assert.Equal((5, 200, 16, 0.01), (config.ZDim, paper.Epochs, paper.BatchSize, paper.Beta));
        Assert.Equal([120, 120, 120, 120, 120], paper.GUnits);
        Assert.Equal([64, 64], paper.MissingnessUnits);
        Assert.Equal((0.005, 0.005, 0.002, 0.002, 3), (paper.LrTheta, paper.LrPhi, paper.LrZ, paper.LrX, paper.NInnerSteps));
        Assert.Equal((0.95, false), (paper.Averaging, paper.EarlyStopping.Enabled));
        Assert.Equal((true, 1500), (paper.EgmInit.Enabled, paper.EgmInit.NIter));
        Assert.Equal([64, 32, 8], paper.EgmInit.DzUnits);
        Assert.Equal(
            (30, 0.05, 1000, 1000, 0.1),
            (paper.Posterior.TestEpochs, config.Alpha, paper.Posterior.NMcmc, paper.Posterior.BurnIn, paper.Posterior.StepSize));
    }

    [Theory]
    [InlineData("wine")]
    [InlineData("breast")]
    [InlineData("concrete")]
    [InlineData("gisette")]
    [InlineData("synthetic")]
    public void The_papers_configurations_do_nothing_that_the_paper_does_not(string name)
    {
        var config = FitConfigReader.Read(RepositoryFiles.PathOf("configs", "paper", name + ".yaml"));

        var paper = config.Paper;
        Assert.Equal((1, 0, 0, 0, false), (paper.LrDecay, paper.ClipTheta, paper.LatentNoise, paper.Averaging, paper.EarlyStopping.Enabled));
        Assert.Equal(TypeDetection.Off, config.Columns.Detection);
    }

    [Fact]
    public void The_wine_configuration_is_the_papers()
    {
        var config = FitConfigReader.Read(RepositoryFiles.PathOf("configs", "paper", "wine.yaml"));

        Assert.Equal([120, 120, 120], config.Paper.GUnits);
        Assert.Equal([120, 120, 120], config.Paper.EgmInit.EUnits);
        Assert.Equal(200, config.Paper.Epochs);
    }

    [Fact]
    public void The_resolved_configuration_uses_the_keys_of_the_file()
    {
        var json = JsonSerializer.SerializeToElement(new FitConfig(), Manifest.Json);

        Assert.Equal(5, json.GetProperty("z_dim").GetInt32());
        var paper = json.GetProperty("paper");
        Assert.Equal(3, paper.GetProperty("n_inner_steps").GetInt32());
        Assert.Equal(1500, paper.GetProperty("egm_init").GetProperty("n_iter").GetInt32());
        Assert.Equal(5, paper.GetProperty("posterior").GetProperty("num_leapfrog_steps").GetInt32());
    }

    [Theory]
    [InlineData("mechanism: paper\npaper:\n  epoch: 10\n", "line 3", "unknown key 'paper.epoch'", "Did you mean 'epochs'?")]
    [InlineData("mechanism: paper\npaper:\n  egm_init:\n    niter: 10\n", "line 4", "unknown key 'paper.egm_init.niter'", "Did you mean 'n_iter'?")]
    [InlineData("zzz: 1\n", "line 1", "unknown key 'zzz'", "Allowed here: mechanism, z_dim")]
    [InlineData("mechanism: paper\npaper: {beta: -0.5}\n", "line 2", "paper.beta is '-0.5'", "from 0 to 1")]
    [InlineData("mechanism: paper\npaper: {beta: nan}\n", "line 2", "paper.beta is 'nan'", "from 0 to 1")]
    [InlineData("mechanism: paper\npaper: {use_bnn: true, kl_weight: -1}\n", "line 2", "kl_weight is '-1'", "from 0 to 1000")]
    [InlineData("mechanism: paper\npaper: {use_bnn: true, weight_draws: 0}\n", "line 2", "weight_draws is '0'", "from 1")]
    [InlineData("mechanism: paper\npaper: {variance_floor: 0}\n", "line 2", "variance_floor is '0'", "from 1E-08 to 1")]
    [InlineData("mechanism: paper\npaper: {covariance: {kind: full}}\n", "line 2", "covariance.kind is 'full'", "diagonal, low_rank")]
    [InlineData("mechanism: paper\npaper: {covariance: {kind: low_rank, rank: 9}}\n", "line 2", "covariance.rank is '9'", "from 1 to 8")]
    [InlineData("mechanism: paper\npaper: {lr_z: 0}\n", "line 2", "lr_z is '0'", "above 0 to 1")]
    [InlineData("mechanism: paper\npaper: {epochs: 2.5}\n", "line 2", "epochs is '2.5'", "a whole number from 1")]
    [InlineData("mechanism: paper\npaper: {batch_size: 1}\n", "line 2", "batch_size is '1'", "from 2")]
    [InlineData("mechanism: paper\npaper:\n  g_units: [120, -1]\n", "line 3", "g_units is '-1'", "from 1 to 65536")]
    [InlineData("mechanism: paper\npaper: {g_units: 120}\n", "line 2", "g_units must be a list", "")]
    [InlineData("mechanism: papre\n", "line 1", "mechanism is 'papre'", "Did you mean 'paper'?")]
    [InlineData("mechanism: paper\npaper:\n  egm_init:\n    enabled: yes\n", "line 4", "egm_init.enabled is 'yes'", "true, false")]
    [InlineData("mechanism: paper\npaper: {posterior: 3}\n", "line 2", "paper.posterior must hold keys of its own", "")]
    [InlineData("z_dim: 1\nz_dim: 2\n", "line 2", "not valid YAML", "")]
    [InlineData("z_dim: [1\n", "not valid YAML", "", "")]
    [InlineData("- 1\n", "must hold one YAML mapping", "", "")]
    public void A_fault_names_file_line_key_and_what_is_allowed(string yaml, params string[] expected)
    {
        var path = _folder.Write("c.yaml", yaml);

        var error = Assert.Throws<UserInputException>(() => FitConfigReader.Read(path));

        Assert.StartsWith(path, error.Message);
        Assert.All(expected, text => Assert.Contains(text, error.Message));
    }

    [Theory]
    [InlineData("paper: {epochs: 7}\n", "line 1: 'paper' cannot act", "the mechanism is auto, by default")]
    [InlineData("mechanism: self\npaper:\n  lr_theta: 0.5\n", "line 2: 'paper' cannot act", "the mechanism is self, as the file says")]
    [InlineData("mechanism: paper\ncollapsed: {steps: 7}\n", "line 2: 'collapsed' cannot act", "the mechanism is paper, as the file says")]
    [InlineData("mechanism: selection\ncollapsed: {generator: auto}\n", "line 2: 'collapsed.generator' cannot act", "a linear generator always")]
    [InlineData("mechanism: paper\npaper: {weight_draws: 3}\n", "line 2: 'paper.weight_draws' cannot act", "'use_bnn: true'")]
    [InlineData("mechanism: paper\npaper: {use_bnn: false, kl_weight: 1}\n", "line 2: 'paper.kl_weight' cannot act", "'use_bnn: true'")]
    [InlineData("mechanism: paper\npaper: {covariance: {rank: 2}}\n", "line 2: 'paper.covariance.rank' cannot act", "'kind: low_rank'")]
    [InlineData("mechanism: paper\npaper: {early_stopping: {patience: 2}}\n", "line 2: 'paper.early_stopping.patience' cannot act", "'enabled: true'")]
    [InlineData(
        "mechanism: paper\npaper: {egm_init: {enabled: false, n_iter: 2}}\n", "line 2: 'paper.egm_init.n_iter' cannot act",
        "leaves the warm start out")]
    [InlineData("mechanism: paper\nepochs: 7\n", "line 2: 'epochs' has moved", "as paper.epochs")]
    [InlineData("averaging: 0.5\n", "line 1: 'averaging' has moved", "as paper.averaging")]
    [InlineData("mechanism: paper\npaper: {posterior: {alpha: 0.1}}\n", "line 2: 'paper.posterior.alpha' has moved", "at the top level, as alpha")]
    public void A_key_that_would_not_be_heeded_is_refused_with_the_reason(string yaml, string what, string why)
    {
        var message = Assert.Throws<UserInputException>(() => FitConfigReader.Read(_folder.Write("c.yaml", yaml))).Message;
        Assert.Contains(what, message);
        Assert.Contains(why, message);
    }

    [Fact]
    public void The_command_line_s_mechanism_goes_before_the_file_s()
    {
        var path = _folder.Write("c.yaml", "mechanism: self\npaper: {epochs: 7}\n");
        Assert.Equal(("paper", 7), (FitConfigReader.Read(path, "paper").Mechanism, FitConfigReader.Read(path, "paper").Paper.Epochs));
        Assert.Contains(
            "the mechanism is ignorable, as --mechanism says",
            Assert.Throws<UserInputException>(() => FitConfigReader.Read(path, "ignorable")).Message);
    }

    [Fact]
    public void Every_mechanism_that_a_bundle_may_name_can_be_asked_for() =>
        Assert.Equal(["auto", .. Enum.GetValues<Mechanism>().Select(mechanism => mechanism.Name()).Order()], FitConfig.Mechanisms.Order());

    [Fact]
    public void A_mechanism_that_there_is_not_is_refused_at_once()
        => Assert.Contains("Did you mean 'paper'?", Assert.Throws<UserInputException>(() => new FitConfig { Mechanism = "papre" }).Message);

    [Fact]
    public void A_bundle_keeps_the_part_of_its_mechanism()
    {
        var stored = StoredConfig.Write(new FitConfig { Mechanism = "self" });
        Assert.Equal((true, false), (stored.TryGetProperty("collapsed", out _), stored.TryGetProperty("paper", out _)));
        Assert.Equal("self", StoredConfig.Read(stored).Mechanism);
    }

    [Fact]
    public void What_bundles_of_earlier_versions_keep_is_read()
    {
        var flat = JsonSerializer.Deserialize<JsonElement>(
            """
            {"mechanism":"paper","z_dim":3,"epochs":7,"lr_theta":0.1,"collapsed":{"steps":9},"posterior":{"test_epochs":2,"alpha":0.2}}
            """);
        var config = StoredConfig.Read(flat);
        Assert.Equal(
            ("paper", 3, 0.2, 7, 0.1, 2),
            (config.Mechanism, config.ZDim, config.Alpha, config.Paper.Epochs, config.Paper.LrTheta, config.Paper.Posterior.TestEpochs));
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_users_error()
        => Assert.Throws<UserInputException>(() => FitConfigReader.Read(_folder.PathOf("absent.yaml")));
}
