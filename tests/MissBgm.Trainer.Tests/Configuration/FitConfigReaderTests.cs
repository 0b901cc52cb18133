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

        Assert.Equal((5, 200, 16, 0.01), (config.ZDim, config.Epochs, config.BatchSize, config.Beta));
        Assert.Equal([120, 120, 120, 120, 120], config.GUnits);
        Assert.Equal([64, 64], config.MissingnessUnits);
        Assert.Equal((0.005, 0.005, 0.002, 0.002, 3), (config.LrTheta, config.LrPhi, config.LrZ, config.LrX, config.NInnerSteps));
        Assert.Equal((0.95, false), (config.Averaging, config.EarlyStopping.Enabled));
        Assert.Equal((true, 1500), (config.EgmInit.Enabled, config.EgmInit.NIter));
        Assert.Equal([64, 32, 8], config.EgmInit.DzUnits);
        Assert.Equal((30, 0.05, 1000, 1000, 0.1), (config.Posterior.TestEpochs, config.Posterior.Alpha, config.Posterior.NMcmc, config.Posterior.BurnIn, config.Posterior.StepSize));
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

        Assert.Equal((1, 0, 0, 0, false), (config.LrDecay, config.ClipTheta, config.LatentNoise, config.Averaging, config.EarlyStopping.Enabled));
        Assert.Equal(TypeDetection.Off, config.Columns.Detection);
    }

    [Fact]
    public void The_wine_configuration_is_the_papers()
    {
        var config = FitConfigReader.Read(RepositoryFiles.PathOf("configs", "paper", "wine.yaml"));

        Assert.Equal([120, 120, 120], config.GUnits);
        Assert.Equal([120, 120, 120], config.EgmInit.EUnits);
        Assert.Equal(200, config.Epochs);
    }

    [Fact]
    public void The_resolved_configuration_uses_the_keys_of_the_file()
    {
        var json = JsonSerializer.SerializeToElement(new FitConfig(), Manifest.Json);

        Assert.Equal(5, json.GetProperty("z_dim").GetInt32());
        Assert.Equal(3, json.GetProperty("n_inner_steps").GetInt32());
        Assert.Equal(1500, json.GetProperty("egm_init").GetProperty("n_iter").GetInt32());
        Assert.Equal(5, json.GetProperty("posterior").GetProperty("num_leapfrog_steps").GetInt32());
    }

    [Theory]
    [InlineData("z_dim: 3\nepoch: 10\n", "line 2", "unknown key 'epoch'", "Did you mean 'epochs'?")]
    [InlineData("egm_init:\n  enabled: true\n  niter: 10\n", "line 3", "unknown key 'egm_init.niter'", "Did you mean 'n_iter'?")]
    [InlineData("zzz: 1\n", "line 1", "unknown key 'zzz'", "Allowed here: mechanism, z_dim")]
    [InlineData("beta: -0.5\n", "line 1", "beta is '-0.5'", "from 0 to 1")]
    [InlineData("beta: nan\n", "line 1", "beta is 'nan'", "from 0 to 1")]
    [InlineData("mechanism: paper\nuse_bnn: true\nkl_weight: -1\n", "line 3", "kl_weight is '-1'", "from 0 to 1000")]
    [InlineData("mechanism: paper\nuse_bnn: true\nweight_draws: 0\n", "line 3", "weight_draws is '0'", "from 1")]
    [InlineData("mechanism: paper\nweight_draws: 3\n", "line 2", "'weight_draws' needs 'use_bnn' beside it", "")]
    [InlineData("use_bnn: true\n", "line 1", "'use_bnn' needs 'mechanism' beside it", "")]
    [InlineData("variance_floor: 0\n", "line 1", "variance_floor is '0'", "from 1E-08 to 1")]
    [InlineData("mechanism: paper\ncovariance: {kind: full}\n", "line 2", "covariance.kind is 'full'", "diagonal, low_rank")]
    [InlineData("mechanism: paper\ncovariance: {kind: low_rank, rank: 9}\n", "line 2", "covariance.rank is '9'", "from 1 to 8")]
    [InlineData("mechanism: paper\ncovariance: {rank: 2}\n", "line 2", "'covariance.rank' needs 'covariance.kind' beside it", "")]
    [InlineData("lr_z: 0\n", "line 1", "lr_z is '0'", "above 0 to 1")]
    [InlineData("epochs: 2.5\n", "line 1", "epochs is '2.5'", "a whole number from 1")]
    [InlineData("batch_size: 1\n", "line 1", "batch_size is '1'", "from 2")]
    [InlineData("z_dim: 2\ng_units: [120, -1]\n", "line 2", "g_units is '-1'", "from 1 to 65536")]
    [InlineData("g_units: 120\n", "line 1", "g_units must be a list", "")]
    [InlineData("mechanism: papre\n", "line 1", "mechanism is 'papre'", "Did you mean 'paper'?")]
    [InlineData("egm_init:\n  enabled: yes\n", "line 2", "egm_init.enabled is 'yes'", "true, false")]
    [InlineData("posterior: 3\n", "line 1", "posterior must hold keys of its own", "")]
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

    [Fact]
    public void A_file_that_is_not_there_is_a_users_error()
        => Assert.Throws<UserInputException>(() => FitConfigReader.Read(_folder.PathOf("absent.yaml")));
}
