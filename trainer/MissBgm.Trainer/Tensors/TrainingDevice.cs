using System.Runtime.InteropServices;
using MissBgm.Runtime;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tensors;

/// <summary>What tensors live on while a model is trained. To be asked for before anything else of libtorch.</summary>
internal static class TrainingDevice
{
    /// <summary>The device of that name; nothing falls back to the CPU.</summary>
    /// <param name="name"><c>cpu</c> or <c>cuda</c>.</param>
    /// <exception cref="UserInputException">There is no such device here, or libtorch cannot be loaded.</exception>
    public static Device Named(string name)
    {
        LoadLibTorch();
        if (name != "cuda") return CPU;
        if (cuda_is_available()) return CUDA;
        throw new UserInputException(
            "--device cuda: libtorch finds no CUDA device here; use --device cpu, or install an NVIDIA driver and set up with "
            + "--accelerator cuda or with LIBTORCH=/path of a CUDA build.");
    }

    // TorchSharp would look for a libtorch among the system's libraries before its own library says where its libtorch is, and
    // where loading fails it would copy that of the package cache beside the program.
    private static void LoadLibTorch()
    {
        try
        {
            _ = NativeLibrary.Load("LibTorchSharp", typeof(TorchSharp.torch).Assembly, null);
        }
        catch (DllNotFoundException e)
        {
            // The message has general advice first, then a line for each place that was tried.
            var reason = e.Message.Split('\n').Skip(1).FirstOrDefault(line => line.Length > 0 && !line.Contains("No such file", StringComparison.Ordinal))
                ?? "libLibTorchSharp.so is not beside the program";
            throw new UserInputException($"libtorch cannot be loaded ({reason.Trim()}); run ./setup.sh, which fits it to this machine.", e);
        }
    }
}
