using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Paper.Networks;
using MissBgm.Trainer.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper.Steps;

/// <summary>What the fit does about missing levels, which have no gradient to follow.</summary>
/// <remarks>
/// Paper and authors' code fit continuous columns alone. Here missing levels are drawn from p(level | z, x, r) each time their row is visited, as in
/// stochastic EM (Celeux and Diebolt 1985) and data augmentation. Taking the most probable level instead would feed the fit its own guesses as
/// certainties; taking probabilities would show the mask network by their fractions which cells are missing. The fit ends at the most probable levels.
/// </remarks>
internal sealed class MissingLevels : IDisposable
{
    private readonly MissBgmModel _model;
    private readonly RowLayout _layout;
    private readonly LevelGroups _groups;
    private readonly Noise _noise;
    private readonly Scalar _beta;

    public MissingLevels(MissBgmModel model, double beta, Noise noise, Device device)
    {
        (_model, _layout, _noise, _beta) = (model, model.Generator.Layout, noise, beta);
        _groups = new LevelGroups(_layout, device);
    }

    /// <summary>
    /// Draws the missing levels of a batch: all of a row are proposed together from p(levels | z), so that the Metropolis decision is left with the mask
    /// term, min(1, (p(r | x') / p(r | x))^beta).
    /// </summary>
    /// <param name="batch">The rows, changed in place.</param>
    /// <param name="step">Keys the noise.</param>
    public void Draw(RowBatch batch, long step)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var x = batch.Completed.Values;
        var rows = (int)x.shape[0];
        var probabilities = _model.Generator.Forward(batch.Latent.Values, ForwardMode.Inference).LogProbabilities!;
        // The largest of log-probability plus Gumbel noise is a draw.
        var proposal = _groups.Largest(probabilities.add(_noise.Gumbel(RandomPurpose.LevelProposal, 1, step, rows, _layout.Levels)));
        var (cells, levels) = (x.narrow(1, 0, _layout.Continuous), x.narrow(1, _layout.Continuous, _layout.Levels));
        var proposed = cat([cells, where(batch.MissingLevels!.gt(0), proposal, levels)], 1);
        var gain = MaskLogLikelihood(proposed, batch.Observed).sub(MaskLogLikelihood(x, batch.Observed)).mul(_beta);
        var accepted = _noise.Uniform(RandomPurpose.LevelAcceptance, 1, step, rows, 1).log().lt(gain.unsqueeze(1));
        x.copy_(where(accepted, proposed, x));
    }

    /// <summary>
    /// Puts missing levels at the most probable ones given z and the rest of their row, column after column (iterated conditional modes, Besag 1986).
    /// </summary>
    /// <param name="z">[n, d].</param>
    /// <param name="x">Encoded rows, [n, c + L], changed in place.</param>
    /// <param name="observed">r, [n, p].</param>
    public void Maximise(Tensor z, Tensor x, Tensor observed)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var probabilities = _model.Generator.Forward(z, ForwardMode.Inference).LogProbabilities!;
        var seen = observed.narrow(1, _layout.Continuous, _layout.Discrete.Count);
        Put(x, _groups.Largest(probabilities), 0, _layout.Levels, Spread(seen, Enumerable.Range(0, _layout.Discrete.Count)));
        for (var j = 0; j < _layout.Discrete.Count; j++)
        {
            var (start, count) = (_layout.Starts[j] - _layout.Continuous, _layout.Discrete[j].Levels);
            var scores = Enumerable.Range(0, count)
                .Select(level => probabilities.select(1, start + level).add(MaskLogLikelihood(With(x, j, level), observed), _beta).unsqueeze(1)).ToArray();
            Put(x, nn.functional.one_hot(cat(scores, 1).argmax(1), count).to(x.dtype), start, count, Spread(seen, [j]));
        }
    }

    public void Dispose() => _groups.Dispose();

    private Tensor MaskLogLikelihood(Tensor x, Tensor observed) => Energies.MaskLogLikelihood(_model.Mask.Forward(x, trainable: false), observed);

    private Tensor With(Tensor x, int column, int level)
    {
        var changed = x.clone();
        changed.narrow(1, _layout.Starts[column], _layout.Discrete[column].Levels).zero_();
        changed.narrow(1, _layout.Starts[column] + level, 1).fill_(1);
        return changed;
    }

    // The mask of columns in all of their places.
    private Tensor Spread(Tensor seen, IEnumerable<int> columns)
        => cat(columns.Select(j => seen.narrow(1, j, 1).expand(seen.shape[0], _layout.Discrete[j].Levels)).ToArray(), 1);

    private void Put(Tensor x, Tensor levels, int start, int count, Tensor seen)
    {
        var place = x.narrow(1, _layout.Continuous + start, count);
        place.copy_(where(seen.gt(0), place, levels));
    }
}
