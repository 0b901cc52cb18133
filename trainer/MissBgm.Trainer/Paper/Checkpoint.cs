using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MissBgm.Runtime;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Paper.Steps;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Paper;

/// <summary>
/// The state of an unfinished fit in a .npz file that NumPy reads. All randomness of a fit is counter-based, so position and tensors are enough to
/// continue to the very same weights.
/// </summary>
internal sealed class Checkpoint(string path, EncodedTable table, FitConfig config, ulong seed)
{
    /// <summary>Whether there is one.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>Writes a state, whole or not at all.</summary>
    /// <param name="position">How far the fit has come.</param>
    /// <param name="losses">Sums of the losses over the batches of the unfinished epoch.</param>
    /// <param name="best">Error on the held-out cells after the best epoch so far, and that epoch.</param>
    /// <param name="seconds">Seconds spent until now.</param>
    /// <param name="tensors">All that moves, by name.</param>
    public void Write(
        FitPosition position,
        BatchLosses losses,
        (double Error, int Epoch) best,
        double seconds,
        IEnumerable<(string Name, Tensor Value)> tensors)
    {
        var npz = new NpzFile();
        npz.Add("configuration", Describe(config, seed));
        npz.Add("table_sha256", Fingerprint(table));
        npz.Add<long>("position", [position.WarmStartIterations, position.Epochs, position.Batches]);
        npz.Add<double>("epoch_losses", [losses.Latent, losses.Missing, losses.Generator, losses.Mask]);
        npz.Add<double>("best", [best.Error, best.Epoch]);
        npz.Add<double>("seconds", [seconds]);
        foreach (var (name, value) in tensors) npz.Add(name, value.ToFloats(), [.. value.shape.Select(size => (int)size)]);
        npz.Write(path);
    }

    /// <summary>Reads what was written, after checking that it belongs to this table, configuration and seed.</summary>
    /// <exception cref="UserInputException">The file is absent, damaged or belongs to another fit.</exception>
    public CheckpointContent Read()
    {
        if (!Exists)
        {
            throw new UserInputException($"{path}: there is no checkpoint to resume from; leave out --resume to begin anew.");
        }

        var (npz, content) = ReadContent();
        RefuseAnother(npz);
        return content;
    }

    /// <summary>Removes the file.</summary>
    public void Delete() => File.Delete(path);

    private (NpzFile Npz, CheckpointContent Content) ReadContent()
    {
        try
        {
            var npz = NpzFile.Read(path);
            var (position, losses, best) = (npz.Get<long>("position"), npz.Get<double>("epoch_losses"), npz.Get<double>("best"));
            return (npz, new CheckpointContent(
                npz,
                new FitPosition(position[0], (int)position[1], (int)position[2]),
                new BatchLosses(losses[0], losses[1], losses[2], losses[3]),
                (best[0], (int)best[1]),
                npz.Get<double>("seconds")[0]));
        }
        catch (Exception exception) when (exception is UserInputException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"{path}: the checkpoint cannot be read ({exception.Message.TrimEnd('.')}); delete it and fit anew.", exception);
        }
    }

    private void RefuseAnother(NpzFile npz)
    {
        if (npz.GetText("table_sha256") != Fingerprint(table))
        {
            throw new UserInputException($"{path}: the checkpoint is of another table; give the table it was begun with, or delete it and fit anew.");
        }

        var (there, here) = (npz.GetText("configuration"), Describe(config, seed));
        if (there != here)
        {
            throw new UserInputException(
                $"{path}: the checkpoint is of another configuration ({FirstDifference(JsonNode.Parse(there), JsonNode.Parse(here), "")}); "
                + "fit with the same one, or delete the checkpoint and fit anew.");
        }
    }

    private static string FirstDifference(JsonNode? there, JsonNode? here, string path) => there is JsonObject objectThere && here is JsonObject objectHere
        ? objectThere.Select(p => p.Key).Union(objectHere.Select(p => p.Key))
            .Where(key => !JsonNode.DeepEquals(objectThere[key], objectHere[key]))
            .Select(key => FirstDifference(objectThere[key], objectHere[key], path.Length == 0 ? key : $"{path}.{key}"))
            .First()
        : $"{path}: {there?.ToJsonString() ?? "absent"} there, {here?.ToJsonString() ?? "absent"} here";

    private static string Describe(FitConfig config, ulong seed)
    {
        var description = JsonObject.Create(StoredConfig.Write(config))!;
        description["seed"] = seed;
        return description.ToJsonString();
    }

    private static string Fingerprint(EncodedTable table)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes($"{table.Rows} x {table.Columns}"));
        sha.AppendData(MemoryMarshal.AsBytes(table.Values.AsSpan()));
        sha.AppendData(MemoryMarshal.AsBytes(table.Observed.AsSpan()));
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }
}

/// <summary>What a checkpoint holds.</summary>
/// <param name="Arrays">The tensors' values by name.</param>
/// <param name="Position">How far the fit had come.</param>
/// <param name="EpochLosses">Sums of the losses over the batches of the unfinished epoch.</param>
/// <param name="Best">Error on the held-out cells after the best epoch so far, and that epoch.</param>
/// <param name="Seconds">Seconds spent until then.</param>
internal sealed record CheckpointContent(NpzFile Arrays, FitPosition Position, BatchLosses EpochLosses, (double Error, int Epoch) Best, double Seconds)
{
    /// <summary>Puts the values back into tensors of the same names.</summary>
    public void Restore(IEnumerable<(string Name, Tensor Value)> state)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        foreach (var (name, value) in state)
        {
            value.copy_(tensor(Arrays.Get<float>(name), value.shape));
        }
    }
}
