using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MissBgm.LibTorch.Tests;

public sealed class ErrorTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void NativeErrorsBecomeExceptionsWithTheirMessage()
    {
        var error = Assert.Throws<ExternalException>(() => ones(2, 3).mm(ones(2, 3)));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", error.Message);
        error = Assert.Throws<ExternalException>(() => ones(2, 3).view(4));
        Assert.Contains("shape '[4]' is invalid for input of size 6", error.Message);
        error = Assert.Throws<ExternalException>(() => ones(3).sum().backward());
        Assert.Contains("does not require grad", error.Message);
        error = Assert.Throws<ExternalException>(() => linalg.cholesky(-eye(2)));
        Assert.Contains("not positive-definite", error.Message);
    }

    [Fact]
    public void AFailureLeavesTheNextCallAlone()
    {
        Assert.Throws<ExternalException>(() => ones(2) + ones(3));
        Assert.Equal(4, (ones(2) + ones(2)).sum().ToDouble());
    }

    [Fact]
    public void CudaIsNeverReplacedByTheCpu()
    {
        if (cuda.is_available())
        {
            Assert.Equal(DeviceType.CUDA, zeros(1, device: CUDA).device_type);
            return;
        }

        Assert.Equal(0, cuda.device_count());
        Assert.Contains("CUDA", Assert.ThrowsAny<Exception>(() => device("cuda")).Message);
        Assert.ThrowsAny<Exception>(() => CUDA);
        Assert.ThrowsAny<Exception>(() => zeros(1, device: new Device("cuda:0")));
        Assert.ThrowsAny<Exception>(() => ones(1).to("cuda"));
        Assert.ThrowsAny<Exception>(() => ones(1).cuda());
    }

    [Fact]
    public void DevicesHaveNames()
    {
        Assert.Equal("cpu", new Device("cpu").ToString());
        Assert.Equal("cuda:1", new Device("cuda:1").ToString());
        Assert.Equal("cuda", new Device(DeviceType.CUDA).ToString());
        Assert.Equal(1, new Device("cuda", 1).index);
        Assert.ThrowsAny<Exception>(() => new Device("abacus"));
    }

    [Fact]
    public void TheThreadCountIsSet()
    {
        var before = get_num_threads();
        set_num_threads(1);
        Assert.Equal(1, get_num_threads());
        set_num_threads(before);
    }
}
