using System.Runtime.InteropServices;
using MissBgm.Runtime;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tensors;

/// <summary>What tensors live on while a model is trained.</summary>
internal static class TrainingDevice
{
    /// <summary>The device of that name; nothing falls back to the CPU.</summary>
    /// <param name="name"><c>cpu</c> or <c>cuda</c>.</param>
    /// <exception cref="UserInputException">There is no such device here, or libtorch cannot be loaded.</exception>
    public static Device Named(string name)
    {
        try
        {
            if (name != "cuda") return InitializeDevice(CPU);
            if (cuda_is_available()) return CUDA;
        }
        catch (Exception e) when (e is NotSupportedException or DllNotFoundException or TypeInitializationException or ExternalException)
        {
            var reason = (e.InnerException ?? e).Message.Split('\n')[0].Trim();
            throw new UserInputException($"libtorch cannot be loaded ({reason}); run ./setup.sh, which fits it to this machine, or see trainer/native.", e);
        }

        throw new UserInputException(
            "--device cuda: libtorch finds no CUDA device here; use --device cpu, or install an NVIDIA driver and set up with --accelerator cuda or with LIBTORCH=/path of a CUDA build.");
    }
}
