using System.Reflection;
using static TorchSharp.torch;

namespace MissBgm.LibTorch.Tests;

public sealed class OperatorTests
{
    [Fact]
    public void EveryOperatorIsInThisLibtorch()
    {
        // Only the system provider has this table; there is nothing to look up in the genuine package.
        var table = typeof(Tensor).Assembly.GetType("TorchSharp.Aten");
        foreach (var field in table?.GetFields(BindingFlags.Static | BindingFlags.Public) ?? [])
        {
            var op = field.GetValue(null)!;
            var handle = op.GetType().GetProperty("Handle", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(op)!;
            Assert.NotEqual((nint)0, (nint)handle);
        }
    }
}
