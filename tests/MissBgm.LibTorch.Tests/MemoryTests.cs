using System.Runtime.InteropServices;
using TorchSharp;
using static MissBgm.LibTorch.Tests.Numbers;
using static TorchSharp.torch;

namespace MissBgm.LibTorch.Tests;

public sealed class MemoryTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void TensorsCopyTheirValues()
    {
        float[] values = [1, 2, 3, 4, 5, 6];
        var x = tensor(values, [2, 3]);
        values[0] = 100;
        Assert.Equal([2, 3], x.shape);
        Assert.Equal(ScalarType.Float32, x.dtype);
        Assert.Equal(2, x.ndim);
        Assert.Equal(6, x.numel());
        Assert.Equal([1, 2, 3, 4, 5, 6], x.data<float>().ToArray());
        Assert.Equal([1, 4, 2, 5, 3, 6], x.t().data<float>().ToArray());
        Assert.Equal(ScalarType.Float64, tensor(new[] { 1.0 }).dtype);
        Assert.Equal(ScalarType.Int64, tensor(new[] { 1L }).dtype);
        Assert.Equal(ScalarType.Int32, tensor(new[] { 1 }).dtype);
        Assert.Equal(ScalarType.Bool, tensor(new[] { true }).dtype);
        Assert.Equal(ScalarType.Float32, tensor(new[] { 1L }, dtype: float32).dtype);
        Equal([1, 2, 3, 4], tensor(new double[,] { { 1, 2 }, { 3, 4 } }));
        Equal([1, 2, 3, 4], from_array(new float[,] { { 1, 2 }, { 3, 4 } }));
        Assert.Equal(0, tensor(2.5).ndim);
        Assert.Equal(0, tensor(Array.Empty<float>()).numel());
        Assert.ThrowsAny<Exception>(() => tensor(values, [4, 2]));
    }

    [Fact]
    public void AccessorsReadAndWriteThroughStrides()
    {
        var x = arange(6, ScalarType.Float64).reshape(2, 3);
        var across = x.t().data<double>();
        Assert.Equal(6, across.Count);
        Assert.Equal(5, across[2, 1]);
        across[2, 1] = 50;
        Assert.Equal(50, x.data<double>()[1, 2]);
        var part = new double[4];
        x.data<double>().CopyTo(part, arrayIndex: 1, tensorIndex: 3);
        Assert.Equal([0, 3, 4, 50], part);
        x.data<double>().CopyFrom([7, 8]);
        Equal([7, 8, 2, 3, 4, 50], x);
        Assert.Equal([7, 3, 8, 4, 2, 50], across.ToArray());
    }

    [Fact]
    public void BytesAreTheTensorsMemory()
    {
        var x = zeros(3);
        var floats = MemoryMarshal.Cast<byte, float>(x.bytes);
        floats[1] = 5;
        Equal([0, 5, 0], x);
        x.bytes = MemoryMarshal.AsBytes<float>([1, 2, 3]).ToArray();
        Equal([1, 2, 3], x);
        Assert.ThrowsAny<Exception>(() => ones(2, 3).t().bytes.Length);
    }

    [Fact]
    public void SingleValuesComeOut()
    {
        Assert.Equal(2.5f, tensor(2.5f).item<float>());
        Assert.Equal(3, tensor(3L).item<long>());
        Assert.Equal(2.5, tensor(2.5f).ToDouble());
        Assert.Equal(2, tensor(2.5f).ToInt64());
        Assert.Equal(7f, (float)tensor(7));
        Assert.True(tensor(true).ToBoolean());
        Assert.Throws<ArgumentException>(() => ones(2).item<float>());
        Assert.Throws<ArgumentException>(() => ones(1).item<double>());
        Assert.Throws<ArgumentException>(() => ones(2).data<double>());
    }

    [Fact]
    public void TypesConvert()
    {
        var x = Row(1.5, -2.5);
        Assert.Equal(ScalarType.Float32, x.@float().dtype);
        Assert.Equal(ScalarType.BFloat16, x.to(bfloat16).dtype);
        Assert.Equal(ScalarType.Float16, x.type(float16).dtype);
        Equal([1, -2], x.to_type(int64));
        Equal([1, 1], x.@bool());
        Assert.Equal(ScalarType.Float32, x.to(ones(1)).dtype);
        Assert.NotSame(x, x.to(float64));
        var y = zeros(2);
        y.copy_(x);
        Equal([1.5, -2.5], y);
        Equal([1.5, -2.5], x.to(CPU).cpu().to("cpu").contiguous().clone());
    }

    [Fact]
    public void FactoriesFill()
    {
        Equal([0, 0], zeros(2));
        Equal([1, 1], ones(1, 2));
        Equal([3, 3], full(2, 3.0));
        Equal([7, 7], full([2], 7, dtype: int64));
        Equal([1, 0, 0, 1], eye(2));
        Equal([0, 1, 2], arange(3));
        Assert.Equal(ScalarType.Int64, arange(3).dtype);
        Equal([1, 1.5], arange(1, 2, 0.5));
        Equal([0, 0.5, 1], linspace(0, 1, 3));
        Equal([0, 0], Row(1, 2).zeros_like());
        Assert.Equal(ScalarType.Float32, ones_like(Row(1), dtype: float32).dtype);
        Assert.Equal([2, 5], empty(2, 5).shape);
        Assert.True(zeros(2, requires_grad: true).requires_grad);
        Assert.Equal("cpu", zeros(1).device.ToString());
        Assert.Equal(DeviceType.CPU, zeros(1).device_type);
    }

    [Fact]
    public void FactoriesFollowAnotherTensor()
    {
        var x = Row(1, 2);
        Equal([3, 3], x.full_like(3));
        Assert.Equal(ScalarType.Float64, x.new_zeros([3]).dtype);
        Equal([4], x.new_full([1], 4));
        Assert.Equal([2, 2], x.new_empty([2, 2]).shape);
        Assert.Equal([2], x.empty_like().shape);
        Equal([1, 10, 100], logspace(0, 2, 3));
        Assert.Equal([2], randn_like(x).shape);
        Assert.Equal([2], x.rand_like().shape);
    }
}
