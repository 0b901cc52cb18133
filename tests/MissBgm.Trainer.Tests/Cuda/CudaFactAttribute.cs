using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Cuda;

/// <summary>A test that needs a CUDA device, and says that it was left out where there is none.</summary>
public sealed class CudaFactAttribute : FactAttribute
{
    public CudaFactAttribute()
    {
        if (!cuda.is_available()) Skip = "there is no CUDA device";
    }
}
