using System.Security.Cryptography;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Imputation;

namespace MissBgm.Service.Models;

/// <summary>A model that is served, and what its bundle looked like when it was last looked at.</summary>
internal sealed class ServedModel : IDisposable
{
    private readonly ModelPlace _place;
    private readonly ComputeDevice _device;
    private volatile LoadedModel _loaded;
    private string _seen;

    /// <summary>Loads it.</summary>
    /// <exception cref="MissBgmException">It cannot be loaded.</exception>
    internal ServedModel(ModelPlace place, ComputeDevice device)
    {
        (_place, _device) = (place, device);
        _seen = Look();
        _loaded = LoadedModel.Load(place.Path, device);
    }

    /// <summary>What requests call it.</summary>
    internal string Name => _place.Name;

    /// <summary>What serves now.</summary>
    internal LoadedModel Loaded => _loaded;

    /// <summary>Why a newer bundle does not serve; null if none is there.</summary>
    internal string? Fault { get; private set; }

    /// <summary>
    /// Looks whether the bundle was replaced, and serves the new one from then on; requests in progress end with the old one. One that cannot be loaded leaves
    /// it serving, and is looked at again when it changes.
    /// </summary>
    /// <returns>Whether another bundle serves now; null if nothing has changed.</returns>
    internal bool? Refresh()
    {
        var now = Look();
        if (now == _seen) return null;
        _seen = now;
        try
        {
            var old = _loaded;
            _loaded = LoadedModel.Load(_place.Path, _device);
            Fault = null;
            old.Imputer.Dispose();
            return true;
        }
        catch (Exception e)
        {
            // Whatever it is, the old one goes on: a failure that nobody foresaw would end the service.
            Fault = e is MissBgmException or IOException or UnauthorizedAccessException ? e.Message : $"{e.GetType().Name}: {e.Message}";
            return false;
        }
    }

    /// <summary>Works with what serves now, even if it is replaced in that moment.</summary>
    internal T Use<T>(Func<LoadedModel, T> work)
    {
        for (; ; )
        {
            var loaded = _loaded;
            try
            {
                return work(loaded);
            }
            catch (ObjectDisposedException) when (loaded != _loaded)
            {
                // It was replaced between being taken and being used.
            }
        }
    }

    public void Dispose() => _loaded.Imputer.Dispose();

    // Names, lengths and times of all files: a bundle that is copied file by file is looked at until all of it has come.
    private string Look()
    {
        try
        {
            FileSystemInfo place = Directory.Exists(_place.Path) ? new DirectoryInfo(_place.Path) : new FileInfo(_place.Path);
            FileInfo[] files = place is DirectoryInfo folder ? folder.GetFiles() : [(FileInfo)place];
            var looks = files.Select(file => $"{file.Name} {(file.Exists ? file.Length : -1)} {file.LastWriteTimeUtc.Ticks}");
            return string.Join('|', looks.Order(StringComparer.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}

/// <summary>A loaded bundle.</summary>
/// <param name="Imputer">The model.</param>
/// <param name="Predictor">What predicts labels with it; null where it is of another kind.</param>
/// <param name="Hash">SHA-256 of its manifest.</param>
/// <param name="At">When it was loaded.</param>
internal sealed record LoadedModel(Imputer Imputer, Runtime.Models.Pfn.Predictor? Predictor, string Hash, DateTimeOffset At)
{
    internal static LoadedModel Load(string path, ComputeDevice device)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(BundleFiles.Read(path).Get(Manifest.FileName)));
        var imputer = Imputer.Load(path, device);
        return new LoadedModel(imputer, imputer.Predictor, hash, DateTimeOffset.UtcNow);
    }
}
