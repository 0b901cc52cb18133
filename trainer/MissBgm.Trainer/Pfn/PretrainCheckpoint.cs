using System.Text.Json;
using System.Text.Json.Nodes;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Pfn;

/// <summary>
/// The state of a pretraining run in a .npz file that NumPy reads. Tasks and noise depend on (seed, step) alone, so step and tensors are enough to
/// continue to the very same weights.
/// </summary>
internal sealed class PretrainCheckpoint(string path)
{
    /// <summary>Whether there is one.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>Writes the state, whole or not at all.</summary>
    public void Write(PretrainState state, PretrainConfig config)
    {
        var npz = new NpzFile();
        npz.Add("configuration", JsonSerializer.Serialize(config, Manifest.Json));
        npz.Add("progress", [state.Step, state.Tasks], 2);
        npz.Add("seconds", [state.Seconds, state.ProcessorSeconds], 2);
        foreach (var (name, value) in state.Tensors())
        {
            npz.Add(name, value.ToFloats());
        }

        npz.Write(path);
    }

    /// <summary>The configuration of the run.</summary>
    public PretrainConfig ReadConfig()
        => Guarded(npz =>
            JsonSerializer.Deserialize<PretrainConfig>(npz.GetText("configuration"), Manifest.Json)
                ?? throw new InvalidDataException("it has no configuration"));

    /// <summary>Puts the state back. The network's sizes and the seed must be the run's; the schedule may be another, for a run can be prolonged.</summary>
    /// <exception cref="UserInputException">The file is absent, damaged or of another network.</exception>
    public void Restore(PretrainState state, PretrainConfig config)
    {
        RefuseAnother(ReadConfig(), config);
        Guarded(npz =>
        {
            using var off = no_grad();
            using var scope = NewDisposeScope();
            foreach (var (name, value) in state.Tensors()) value.copy_(tensor(npz.Get<float>(name), value.shape));
            (state.Step, state.Tasks) = (npz.Get<long>("progress")[0], npz.Get<long>("progress")[1]);
            // Earlier versions did not count processor time.
            (state.Seconds, state.ProcessorSeconds) = npz.Get<double>("seconds") is [var clock, var processor]
                ? (clock, processor)
                : (npz.Get<double>("seconds")[0], 0);
            return true;
        });
    }

    private void RefuseAnother(PretrainConfig there, PretrainConfig here)
    {
        if (there.Network == here.Network && there.Seed == here.Seed) return;
        throw new UserInputException(
            $"{path}: the checkpoint is of another network or seed ({Sizes(there)} there, {Sizes(here)} here); give its configuration, or another --out.");

        static string Sizes(PretrainConfig config) => JsonSerializer.SerializeToNode(config.Network, Manifest.Json)!.AsObject()
            .Append(new KeyValuePair<string, JsonNode?>("seed", config.Seed)).Aggregate(
                "", (text, pair) => $"{text}{(text.Length > 0 ? ", " : "")}{pair.Key} {pair.Value}");
    }

    private T Guarded<T>(Func<NpzFile, T> read)
    {
        try
        {
            return read(NpzFile.Read(path));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserInputException($"{path}: there is no checkpoint to resume from; leave out --resume to begin anew.", exception);
        }
        catch (Exception exception) when (
            exception is InvalidDataException or IOException or UnauthorizedAccessException or JsonException or IndexOutOfRangeException
                or FormatException)
        {
            throw new UserInputException($"{path}: the checkpoint cannot be read ({exception.Message}); give another --out and pretrain anew.", exception);
        }
    }
}
