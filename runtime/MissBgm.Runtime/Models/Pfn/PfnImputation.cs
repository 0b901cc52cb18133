using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Pfn;

/// <summary>
/// A pretrained network that imputes (PFN-Flow Section 5.2): nothing is fitted, each table is its own context. Draws are no chains, so there is
/// nothing to converge.
/// </summary>
/// <param name="model">The network, which is closed with this.</param>
internal sealed class PfnImputation(PfnModel model) : IImputationModel
{
    private const int MostPasses = 4096;

    public string Path => model.Path;

    public InferenceSettings Inference { get; } = new() { Draws = 100, BurnIn = 0, Chains = 1 };

    public ReadOptions Reading { get; } = new();

    public Bundle? Bundle => null;

    public string? Note => model.Note;

    public bool DrawsChains => false;

    /// <summary>What predicts labels with the same network.</summary>
    internal Predictor Predictor { get; } = new(model);

    public ModelDescription Describe()
    {
        var (manifest, training) = (model.Manifest, model.Manifest.Training);
        return new ModelDescription(
            ManifestJson.Shown(manifest, PfnManifestTypes.Default),
            [
                ("kind", $"{manifest.Kind}, format {manifest.FormatVersion}, written by version {manifest.ToolVersion}"),
                ("room", $"{manifest.Features} features, {manifest.Classes} classes a pass; embeddings of width {manifest.Width}"),
                ("pretraining", $"{training.Tasks} tasks in {training.Steps} steps, seed {manifest.Seed}"),
                ("losses", string.Join(", ", training.Losses.Select(loss => $"{loss.Key} {loss.Value:G4}"))),
                ("flow sampler", $"{manifest.FlowSteps} midpoint steps"),
                ("files", string.Join(", ", manifest.Files.Keys) + ", hashes as listed"),
            ],
            []);
    }

    public string? MemoryNote(InferenceSettings settings, ImputeOptions options) => null;

    public IImputationRun Begin(Table table, InferenceSettings settings, ImputeOptions options, CancellationToken cancellation)
    {
        Check(settings, options);
        return new PfnRun(model, table, settings, options, cancellation);
    }

    public void Dispose() => model.Dispose();

    private void Check(InferenceSettings settings, ImputeOptions options)
    {
        ImputeOptions.Refuse(
            $"{Path} is a PFN-Flow model, whose draws are no chains",
            ("the mode alone (--map-only)", options.MapOnly),
            ("burn-in", settings.BurnIn != Inference.BurnIn),
            ("chains", settings.Chains != Inference.Chains),
            ("the sampler", settings.Sampler != Inference.Sampler),
            ("leapfrog steps", settings.LeapfrogSteps != Inference.LeapfrogSteps),
            ("settings of refinement or of chains", settings with
            {
                Draws = Inference.Draws,
                Alpha = Inference.Alpha,
                BurnIn = Inference.BurnIn,
                Chains = Inference.Chains,
                Sampler = Inference.Sampler,
                LeapfrogSteps = Inference.LeapfrogSteps,
            } != Inference));
        ImputeOptions.Refuse(
            $"{Path} is a PFN-Flow model, which has no correlation with a mask",
            ("a change of correlation", options.CorrelationChange is not null));
        ImputeOptions.Refuse($"{Path} is a PFN-Flow model, to which the whole table is context", ("an offset of rows", options.RowOffset != 0));
        if (options.Ensemble is < 1 or > MostPasses) throw new UserInputException($"The ensemble is {options.Ensemble}; allowed is 1 to {MostPasses}.");
        if (options.MaximumContext < 2) throw new UserInputException($"The largest context is {options.MaximumContext} rows; allowed is at least 2.");
    }
}
