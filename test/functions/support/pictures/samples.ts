import { scene, upright, type Kind } from "./kinds";
import type { Pixels } from "../images";

/**
 * Pictures in formats for which there is no small encoder: the scene of the other kinds, written
 * by Pillow 13 with libwebp and libavif.
 */
const SAMPLES = {
  webp:
    "UklGRsgFAABXRUJQVlA4ILwFAADwHwCdASqWAGQAPjEYikOiIaEUWURQIAMEoDxp06Vhb49L+Rf4jdWdz54I/J38pU" +
    "4P+z/qP5K9pXzAP0P/tP5c9Zv0Afyz+l/63+ye9v6H/QA/vX+36wD0APK//bn4Kv2y/bT4AP5j/Xv+5rRHlx9A7AnG" +
    "HeAsbWQIYX4ytQP9Xeqh+0fsI/skTOaMRma5p1Jw1TA8Q+TdOd9BU//Ybo7GEmMq2hPVl4gGwCS///xCUZyNPRzRZ0" +
    "MyAg9Xqbz48Sq+AVH3QFnNz2DwhwW+2S//6R1Tyb5LNTryyAv0zX/8M8PJs1pi3CC//bSLSz/1S8P+lt1QwXGH1uHj" +
    "rFIBzCbhmKPnSBW7fqAA/uaKYB6//4E7p3muxv/9rdhyVbxjWd2ONfeMYBywtABUgUlokyFDNQAEkfUCrkf4KDIlV8" +
    "UmN/Y2hNviM+TfTLPhX7B68bGb2+pK3v32iS3mucOHTzBDHcJTNH4hx/Tlr5P3TJuCR0v0ame3H6is+Nhx5MS2swQp" +
    "IcHAlEHxZzll37+0n4jFqQD4Ex8vmTgK6T00mvhMWY0X2n4UtV0eHOhx1eFEWURQAN+HXD1HnRdGnngEhJPl/PDtd1" +
    "fjyDC+AyB3rtMu6dG3ADzVPQLEaf4o8gPixWTJswWiA8BLAjVls/Ck/jp3PTo8mgQX7LmeKVcx8+IiGV+9dSrLpSWs" +
    "MHalVMvQ5JPE5i6rVkvAmRqXPeUdzrGglmR0rcx82HFTLH0X8wmcpeqwsDZ92bmfJPsRHjSUj2aW5rXaHsQfo95dYz" +
    "j+KMbYZxG8rfc8SAWR2cmL0B6/3gmPIW8+X+H58soVBF+fjj57IpABiWNU8zyy2VDytAFzE2ATfDodxfyefs4wVYAb" +
    "suKp5fYSqaBYKH7uzgXxw0PVoiOirez5IqN1RwDtI1ngeGvMRjkW+2GgrMwODCQYxUy1DrIqZyrORbKZo3MVdzsd7t" +
    "hgYxSBNumpTU24aqh3Em00rjASUKDhdqBHHy8SqJP+2kh1e2ifByG8hsisZMlCCIOlYJRw6TXSyVOhwgolAKY/PtYe" +
    "Tb9Di0yHdC3DpIBUyD52uH2oUHzJ4FsmHV7ll0PwpsaUVKfOa/QyGy0bZKKMCcCzoVOKrOnaVFTKahw3ujqGQDgIKn" +
    "MjJmedvv/R76iXmgW1oGjwPz9c4aKQDRc2DR9DXML/CKohCOMuAmXuu/feuGIfqkpc1WvIzHoAGQjgIWqUPpRA3CGC" +
    "RfmZ4BH7/mGthXBWqMeKLg3tC2wiqLo5QU3QkNvSyCICAFDNS2wWDL/yilQ97qXW5lpOx9Vg3Aikse4GgduIstWcka" +
    "IjOHrpvOO5f0xIH/AJghPPI2oytPQMOvQj9Ts8tu7kFdqVXPjKNN1RKUOIu1fuufxWHOOpc0E2/eR8EAddneikuSrg" +
    "dJh7hj7egwTy32tkbsCzTeSyGCPO63FdJA5HqJ6Ri85P/8J/z/UXZEmFBZ4/XcYPjH8qnUn9EInryXtbGRN1ZabT8/" +
    "peFP28RZ167NZvodSURPwVfWnnifUhdB5Kbn5Zg8BwwZGgVvXJGVlmcBpVMquoj8s2q/lmZ4J6PKBImYUHBFU+6rom" +
    "GO/VWUDbRgbhzp+li+rYb59XMxx4vYOPpd+n6lxqosBbUXZBBpBBt10tztGJqAvbKBo9jTyBGsD3iZ/P5iCJAzQHAq" +
    "LCQxIvxnWcdYw4yX+xx2HL9qGZTo4GkdYpykkIQEGwFq3KeuJRPGmgMhr+DI3waqypi6AT4ggqb6kybe3zZ/zK8jJy" +
    "vODdWL8lB1WZkQizBkba6a6pkRVHdzi6XMVhQlwt7c/DQ8bqsqYugEYVn6MSNL47ygEXtpPO34Baub9hOWdGGaDPZq" +
    "g1AWWafilIyubuyQaaJeboWVGTSBdSMtUsA2SaLS7mEyK0Lu4IUcPfX+qqoOd0mdKKulPEPtVifDXNNwBGGwAF1bQg" +
    "AAAA",
  webpLossless:
    "UklGRmQDAABXRUJQVlA4TFgDAAAvlcAYAAlFbSM5V54Z/oS33xGI6P8E6P3tFm7HccjJIydhc/gJkh55SXy6UNNGku" +
    "P6y+fPNl0iIBBIQtgfcgbFbSNF3hPov1me/Z8AVNN0TASABbryj+UFcjcZQckYKZEkybZqKxd3d/eg54xhD5HB7Dbu" +
    "7u7u7rKfnffPwqFO3PgfuC3HtW2ryaWvWwQ9uERHuMM4Ce7u7u7QF5Bsa0/bWLv5lhBm5oyYmZk5EQQKs3QP6qzKxr" +
    "oDhwO3kRTJLQ3UHuPSCzab/yvodGhVPIzKpCGpfnljeUEF0tK6ZamC5SgVSOEsLLSW1T8oBbfOcmfZy+fLdlNW+6a4" +
    "bZKbtqtqVnnTW7n9txDa3Fj5neARukNmyEqKNOVOmRsrKlKVu2RerKBIV+6WObG8ImW5R+bDcn+kLRf6ubCsIjHLvV" +
    "zs5cEl3oe/XFFrBZZ5udwTta7S5MC0bT+Y/uNqNwPVX+tP9/1KQ/Nl5l7RD+7rfibp1zsHHuDpeaCXh6YPyzPhIZ6a" +
    "h3q5aDzM0vJw//Mok4u4QC13SMgztILe0KkdyOUitewhGc9SOlj9uw30G3LpapljIp5jpa1VH84waAP/d9Lla7HoKQ" +
    "HP80IbKz7sY5LLr3exyLlHXhAVdFote11Dkg2KhS898OSk0GLJ6xKSvFCw0LUrnppSiBYdFiHJUaEULMjb8PSi7SG/" +
    "BYcFdd2NnMrTW0pL27T+sc2771uv21GeayQt5ly3IRFj1nUTEjFmXFYhEWPaaRESMaac5iERY9JhWoF8TsSYsJ8wDO" +
    "QJATI0oR237xKur8WYbTckYozadkMixoh1N3ytxBi26jD4jgAx3i9bDFaEnKOlbxeNUg8nAC1ez+sMjiQAEVpWil7O" +
    "qtQ1oMXzWSUmWjydlmKixeNxoYREi4ejPIOTCUCL+8NsqacSgBZ3BxkGpxOAFrf7KQZnEoAITWxv9mj8pmtxvXeNiR" +
    "ZXO5eYaHG5nYyJFhdbcYaBLCYALc43o6VeSsg5G+1sI8IwkOUEoMXpeqjUKwlAhCa2J+vB+LXS4njNHxMtjla8MdHi" +
    "cNkTEy0OllylXkMAWuwvOhlcRwBa7C3YGdxAAFrszlsrkHoTAagQfxB35i3xa6XF9qwpJlpszRpjosaWjKHmZ9AC",
  webpTransparent:
    "UklGRiQGAABXRUJQVlA4WAoAAAAQAAAAlQAAYwAAQUxQSDIAAAABuQpE9D+guG3byNb+cye9n3XEBJBN2tg99A4FDI" +
    "DVJcNAaeeRTQflUYv/4r/477dFAFZQOCDMBQAA0CAAnQEqlgBkAD4xGIpDoiGhFFlEUCADBKA8hpGeD/xQpQ3P52/n" +
    "fyA/GPrQ+efBn5Jfk5mtxZ/s/6x+SvaV8wD9D/7T+XPWb9AH8o/p/+t/snvSehX/I+oB/c/911gHoAeWB+3PwVftf+" +
    "2/wBfzH+wf9vWgfLj6B2BOMu8BY2sgQwXxm6gf6t9VD9o/YR/aQmc0YjM1zTqThqmB4h8zsb///5oAmIVx+ylMHpya" +
    "UJ7NTL///qaObJXkMLtJdIey0OBlkWutfJZzHjKAWc3PYPCHBb+4h+/5KLxbAxVfgAWokPzA3/79A/FfXoYR4dumb8" +
    "lvjH9iiX00ko1H7sYlcqXYidH6fXMXJ0SukOU65AD+5azZtM/8Cd1X0ZcT/2t2IMhXzSDxD/BwpPOdEIWwaFLnJO+T" +
    "n2ILh+vQySI+owHmdi/R4kiclzumoAxtsbVinu6v2D142M3t/AR96DI+t0lXmEvMFp7scOVWX0EBLbx8l/dM7eyQeU" +
    "Z1jqzwyqG2j8eTEtrMD/1KJDBRU81/vO/f25NKGh8svATHy9vd84SmjEM0jkf6kt9i6fKOLqmnYp1zMumTWZUi89T3" +
    "XARA64fNEekUJaO3Z1GH5DREvxSmvpORlerKPnmO8x7LDLw0YLW0gxh3CbI+BZ+n6P0+wfbqbwkvT+Onc3JryaBKgN" +
    "3VJgiVBX4u8Mz966fUTsyDFJ4p65wuf8Ecyl1AI1M+7crv7tIN5q0LdCLSuEI/zkk8tH0SanFcr3hqsObXjX0AkL7t" +
    "yexpKR8lLc1gFoKUgCsjKt+7Uu4tyykiSrYz6saWcu7cpKuA8sjJXXabXy/wwxnQwDJ8T6Rd5U6iOdT1+HEIF93cZU" +
    "zdHaFjpWhjz0RA3bdSgq/p5LdTa1438fQQOP89s87sf9WdtGo+ljBYkbMFVCI8Z3mH8z49Z09Tez8D2wz4tgvcS5mS" +
    "VnXbWAmW+TtAvnU1NKzYxNdgT9/JkLHtdZOBgWY6ItrC5St/pYJTfJdEPkEL5ePsumngNddSE1wZWluS0SFdpyfO0y" +
    "JraZRbF0Mentluil/XWw706rXDxcNLXMashTHyW1eI6QqITObFQd2c6iOdgHJMqsL2tMPlqhCg4xQeO5ZHp9DhmC3V" +
    "n0enJ2lRT9w5Be3u0fXpjFmFbwQio6RZvOr+ob5odtqPh+B+XW6BUHmoRSqPPoa5eP4RUwv4tnB3EdntE1pcGU7yuf" +
    "IxkaAnOkAqBilB+3GBvWyfZZYFxqADX+0v/l5HZC9kbDaV6eUzoftz9EQGBHpGbdhAku2YKD4cy8nrXtlcnr26coHI" +
    "9No/BMmHFeyy1/MLM5Hs5TNcK8uFOPy5/kyc+qfXwCE/FH1spjFlQ1iPgikLI33u4duidDSn2oYPscbj6sZOCgtdRx" +
    "+BjomRDwCFIRnHrX7XJ9eQZvhE9zjkyFNh9rnV8bzOIIDdG5rbzZg2KkRkkh5MmBErGp//Cjk6De1O6jA/zZ5hvHxo" +
    "+/6KAtIX7mlfLXbHtM3W0McJeFP2+FqOezHlFlRQ8O58kvNCf57Hi8vWUgS0U8XT6DXFBEay5sdVAENJIXvuKvU3wt" +
    "9aOq+aS0NwztN77RTLf0jJ+1crwXONoqGjoo//c43I26gzXSRDcNjYCxpXo0eX2PDc+SoeLXoC0JWpVrNzgXH8d/UN" +
    "a50BBGcNLyY/Xu4S23wxeKBxYPUoCM1E0zdxMxn+x2Zwe2wgqUqsHB3LLw3/pQlzvinkqvUjk+KBn1c/Iq94TiHiTn" +
    "XJMiUZayZffWcv2yf5QOHzzZm1PQZcTwlyYcVFoGY8q9UrsYcKiqHOb/KPS3fs3/XJP0VO0BW8JxDxJzrXhjOo2Mcz" +
    "Gbs/qnrSPmjpFpv92l5gZuML/RqjNMrlfgzRdqR6J0fon5/oc2hpgZZel3Bhoo9Q41IfjWfBghUnG2sviypjOgAVwd" +
    "0swQqHZ9NOXy7rdCwyF6ih6Ap6OcjsZ8IAAAA=",
  webpTurned:
    "UklGRvwFAABXRUJQVlA4WAoAAAAIAAAAlQAAYwAAVlA4ILwFAADwHwCdASqWAGQAPjEYikOiIaEUWURQIAMEoDxp06" +
    "Vhb49L+Rf4jdWdz54I/J38pU4P+z/qP5K9pXzAP0P/tP5c9Zv0Afyz+l/63+ye9v6H/QA/vX+36wD0APK//bn4Kv2y" +
    "/bT4AP5j/Xv+5rRHlx9A7AnGHeAsbWQIYX4ytQP9Xeqh+0fsI/skTOaMRma5p1Jw1TA8Q+TdOd9BU//Ybo7GEmMq2h" +
    "PVl4gGwCS///xCUZyNPRzRZ0MyAg9Xqbz48Sq+AVH3QFnNz2DwhwW+2S//6R1Tyb5LNTryyAv0zX/8M8PJs1pi3CC/" +
    "/bSLSz/1S8P+lt1QwXGH1uHjrFIBzCbhmKPnSBW7fqAA/uaKYB6//4E7p3muxv/9rdhyVbxjWd2ONfeMYBywtABUgU" +
    "lokyFDNQAEkfUCrkf4KDIlV8UmN/Y2hNviM+TfTLPhX7B68bGb2+pK3v32iS3mucOHTzBDHcJTNH4hx/Tlr5P3TJuC" +
    "R0v0ame3H6is+Nhx5MS2swQpIcHAlEHxZzll37+0n4jFqQD4Ex8vmTgK6T00mvhMWY0X2n4UtV0eHOhx1eFEWURQAN" +
    "+HXD1HnRdGnngEhJPl/PDtd1fjyDC+AyB3rtMu6dG3ADzVPQLEaf4o8gPixWTJswWiA8BLAjVls/Ck/jp3PTo8mgQX" +
    "7LmeKVcx8+IiGV+9dSrLpSWsMHalVMvQ5JPE5i6rVkvAmRqXPeUdzrGglmR0rcx82HFTLH0X8wmcpeqwsDZ92bmfJP" +
    "sRHjSUj2aW5rXaHsQfo95dYzj+KMbYZxG8rfc8SAWR2cmL0B6/3gmPIW8+X+H58soVBF+fjj57IpABiWNU8zyy2VDy" +
    "tAFzE2ATfDodxfyefs4wVYAbsuKp5fYSqaBYKH7uzgXxw0PVoiOirez5IqN1RwDtI1ngeGvMRjkW+2GgrMwODCQYxU" +
    "y1DrIqZyrORbKZo3MVdzsd7thgYxSBNumpTU24aqh3Em00rjASUKDhdqBHHy8SqJP+2kh1e2ifByG8hsisZMlCCIOl" +
    "YJRw6TXSyVOhwgolAKY/PtYeTb9Di0yHdC3DpIBUyD52uH2oUHzJ4FsmHV7ll0PwpsaUVKfOa/QyGy0bZKKMCcCzoV" +
    "OKrOnaVFTKahw3ujqGQDgIKnMjJmedvv/R76iXmgW1oGjwPz9c4aKQDRc2DR9DXML/CKohCOMuAmXuu/feuGIfqkpc" +
    "1WvIzHoAGQjgIWqUPpRA3CGCRfmZ4BH7/mGthXBWqMeKLg3tC2wiqLo5QU3QkNvSyCICAFDNS2wWDL/yilQ97qXW5l" +
    "pOx9Vg3Aikse4GgduIstWckaIjOHrpvOO5f0xIH/AJghPPI2oytPQMOvQj9Ts8tu7kFdqVXPjKNN1RKUOIu1fuufxW" +
    "HOOpc0E2/eR8EAddneikuSrgdJh7hj7egwTy32tkbsCzTeSyGCPO63FdJA5HqJ6Ri85P/8J/z/UXZEmFBZ4/XcYPjH" +
    "8qnUn9EInryXtbGRN1ZabT8/peFP28RZ167NZvodSURPwVfWnnifUhdB5Kbn5Zg8BwwZGgVvXJGVlmcBpVMquoj8s2" +
    "q/lmZ4J6PKBImYUHBFU+6romGO/VWUDbRgbhzp+li+rYb59XMxx4vYOPpd+n6lxqosBbUXZBBpBBt10tztGJqAvbKB" +
    "o9jTyBGsD3iZ/P5iCJAzQHAqLCQxIvxnWcdYw4yX+xx2HL9qGZTo4GkdYpykkIQEGwFq3KeuJRPGmgMhr+DI3waqyp" +
    "i6AT4ggqb6kybe3zZ/zK8jJyvODdWL8lB1WZkQizBkba6a6pkRVHdzi6XMVhQlwt7c/DQ8bqsqYugEYVn6MSNL47yg" +
    "EXtpPO34Baub9hOWdGGaDPZqg1AWWafilIyubuyQaaJeboWVGTSBdSMtUsA2SaLS7mEyK0Lu4IUcPfX+qqoOd0mdKK" +
    "ulPEPtVifDXNNwBGGwAF1bQgAAAARVhJRhoAAABNTQAqAAAACAABARIAAwAAAAEABgAAAAAAAA==",
  webpAnimated:
    "UklGRn4HAABXRUJQVlA4WAoAAAACAAAAlQAAYwAAQU5JTQYAAAAAAAAAAABBTk1GVgYAAAAAAAAAAJUAAGMAAGQAAA" +
    "JWUDggPgYAALAfAJ0BKpYAZAA+MRiLQ6IhoRIZzOwgAwSgC77it+k9DhpXzP5GfjN81Nh/uH37+ZnIwvB2an7D7qu0" +
    "B+ZP8Z6iP9p/KfgAfqd/uP8N75XoX9AD+1/5LrC/QA8sH9qvgx/az9lvgE/k39e/72s7wrf9HfFlwc3z1b7AXRQ/aP" +
    "2FP2qHUj0d092lRJInqO8d4UFJBup1tMmFRI6ervZFJttSXN2agfyxCZtgvb/QZXoTqS6ZeWx8etaTbjLPLMdzRN7S" +
    "HmYNEl/xQU6ry/9PPn/1d5f4aIMS6T0XGIq/R13/qK8c7XB7X7IVy0xz+nGkcI33fQDywv8UFX6skir8UFX4oKvxNQ" +
    "AA/omTv+9gpOScwV+xl9OJ8jhkFL2GDuayUbC0t15uNAHF09EO7g3sx4PHHodFy5N07mp9/Y2hsOZEdrQPw9gnlpiN" +
    "nqB7BL9teJz5LM0qa29cHYgwkkXHT44hm4IbJ3ng+HxtPgOnSV89NyNm2t9/UeTZfks90iH1bXIgSrdo/Wf2Y8vhlF" +
    "a9uZb5dVe7eNXaZCqxwVO28cvnZPYtgE8yU77Tc6IJa28g9KtUm7RM9BZBitkGrAmMld4xGkOdDWJe5jTtLKAPo6yI" +
    "ami5EHRwp722EkKcwOyClUJl31qbYj9e/jqPI0DuTRcrX7rYb/31K+INqd95IFLnu3wzV84K0w+A+y6ERKT7aW8UAr" +
    "Xns2yTSGw3e3Ij3lz7PE1jQO6NXzxUfzW0IiFKo6w8kBaxLZKCsRGD3Ff0HlqRQgMgpb4Zfyb8dnibYdYIvMm0s67/" +
    "ywn0Pl9vapX59oen5DH5gz+aQKy0WUAVKWywuw7GwBLlyxJy5W2g2A+ch61k7Ad4bAoP7fsRZrNl96BuXt69PFbTLD" +
    "oM/eOqBN12enOMNbH0S/ZUXla7i93rWgrqzHyPF5PKckxmHtcM2W9DsN0uwy+YuIDIGaVgdV3HN1VmMSC/3sarhAwh" +
    "WAR2kYyDzwkU4phgvqYBbeMR1nLB69GdvLYcFmX3B16vMYC9O//x1uBSrGSuWgP1zClTz03te3OZwYYgeGB9ajDhut" +
    "6yhxTANbDryfG2H4KlMD8XkEZx+dTpkcbFzKkWKvPClcOjSJ1X0ObabyBtAq+hBe8xw633or8zaWZnAMH+B3P6op8U" +
    "IS3fKY5keTz34cRwfmBfqxR5nFB9QTKzOC+kz/X9IWZ7p+8dkpvkBUb8Q64L11eTPmoqGCT8tmR5xBA6d6wXwGC8Od" +
    "OczXGXfsc9+2MzqWAQe2mQDnMvk/rRzkxlv9K4YxAgqWBrOJXZ6LFlYkqHo1uTweqhE1Xg77zXPJcCSKioWEP120dy" +
    "sGv/flRzkA8Go4tiRL3BDzFCLKeE0yMuZ9fxfUjStgiIAYzFAIyrpqkrQOW7hPrqfcYjwQRxH0IboROcBp+dKMR8t0" +
    "4tBwKG/snvSaR1LS2hLv/djegw2VT+hHqpkZrfL0l5rFkVhYJKN/1aKPOqz2LEZ3Wq7FlCD69y4CZQEj4O+uzy9OS7" +
    "kILramve6/x0tDS3iC7892XN4sZzzMFN73aCDxOq+v9QUoN5FrYk7wzZAxHSyJZSf2KTQ8uh1coMBcIvanAgubwSH+" +
    "h/SzdAyXUcooFDDSgvBZv3CRuXjXgVwj7i2OrgmmoDvfXf/4Zu2ABErzG2FMmpejvjDvRPX6wyOIujWWnYGS19DUIi" +
    "go3Vv+931tcs9j5HjM/QsOzQkPd8If8jxOUhdTvNn5EP/ou9jNuK+ZELuqkKxoDfFK9BB8XnuHwhJsDyp6A+AIrtHy" +
    "QCeY9e2uyirv5mtT10RmV0sK47pJYjrvveCqHxQB83gyZKtg8dJD9brIxbMOnl4nYZhtiCi4RH4L+9JzHZg+v9XG3X" +
    "gKiVhDhv4sz3cPTvCq0nAhX3PI+eotqvr/XTt833e71ojxhP/StN6B5HyOHLkwNUsz0SJprCZETs+57I6DdV/wV9i2" +
    "s+/1biWKx3cFy6QVvUZKaoyyRaNMlGVt5dBfS3RcEHHZUlHTMPUM24ERQBXQClCXWuWOuTKcUXSlWA6IEEIZoSzgXe" +
    "GAwF3gK/otIjylkru4+NAEQ68hubbPxFDNKsJontZ7xWwxlDKF7m0JaC80OMEXSXaYtVM0AAQU5NRvQAAAAAAAAAAA" +
    "CVAABjAABkAAAAVlA4INwAAAC0FgCdASqWAGQAPjESiUSBBAAAYJaQB2APwAMj5nexUW/xuP447boLIS/9pt/EjU5I" +
    "D0gh64iT1t0FYkCzhOfBVHwnKE4z62ifXgnPgqj4T0fcp8Cj4TlCcZ9bRPrwTnwVR8JyhOaDC5oUryeWAkYn14Jz4K" +
    "o+E5QnGfXAja7gTFvqkry8E58FUfCcoTjPraJ9ow9WQJGJ9eCc+CqPhOUJxn1tE+vBOoQ7mod/4GXQpXk8sBIxPrwT" +
    "nwVR8ImAAP7/567v//Xo/ozfozf0kP//4WZ/CzP4WZ/8JwAA",
  avif:
    "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAA" +
    "AAAAAAAAAAAAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAEmQAAAChpaW5mAAAAAAAB" +
    "AAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAlgAAAGQAAAAQcG" +
    "l4aQAAAAADCAgIAAAADGF2MUOBIAAAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAE" +
    "oW1kYXQSAAoJOB2lcbSAhoNIMokJEMCYyaAgggvCAAqrAMIQ0JomoA/Qw9BwfKAyNpAL2JedzmDuCrZUFhtlaPvH4Y" +
    "GX27hSolQX/9w/vKIFdLxCdfFM8fQ3lH2OS/IOsVem5UcQDqWEQQ9/860tYa+diqLmwwqmJseJ+e1Oq9eEhyER9G/w" +
    "Am4mkHMYRtgr05OUDuuHDkT8sKftuOcpmmAnC5YIug1Ph03dtXZ5THmZ0yRRvjugv4f3FvxqrG32HEirSWOFlzG+PL" +
    "BSpyQ+MVSD5i43Zz6zqJGMM04quy00YQ5WYo96RIpZdWGcXOBG80c8MaMaI0z3OlG1GRt4tZgFvIBDa0iDP2dxwQeP" +
    "ZjzQFKC4bmQsCoudmqgqCu5kxZxT/w99Fks+lo0BVr2oVlonMnCq8j1bUEoXoJ1ktsVSiyX246Px8TXZJAqae/yMjY" +
    "9tO4s54rTjRC3jtMgKt7Jb6lgclUjBK09/NmEw/U+VpEj5R8/fd7ufEQwPzFp0Bsp7wn4B79KdX9N1uWZdeTNGxSp8" +
    "hd2a9qdSgGUhHHMbBWDntKJGUCYBQykfFVMMAxgwFRt7ZyUqcPuYN5dJTkTNXryuFf84abzdqj81Aww4lJfD6Yb59z" +
    "A3SdRPsVd9vN6qViPwFdDdd5VSuKpn5w7bGfk0GI81EhWnAVgm6ckqH207+v7BmhNywHLpOhmuAyVNB0bM44JEmowS" +
    "SSNikE5/lILr8si3FhgwvjSm3+WdLiBHvZmtc5xdBZoQ9s6WmGz5HZYdNF4IUsDJ74eB9MH8EkTQPnRfLUkDaSMP3b" +
    "mBVKb7ru/gCOXZ9e5vI45rDd5mBGV10j3Y8LbV/EQGAqKycmGng/6KN3QuOM0tZrAhTlbvRW561U3hg6J3mpEnSbal" +
    "6TXFnFRo3vwRlrfI9thBklC2LBMhB2orBNAIVovN8N77pixrzcMrXu2DEFrtI2Any3wkUgVO4ha8Tn1Ip8KToaxHEp" +
    "NC338plMnrD84r1XlMzLuvtK9F1a0hyJDNMDssJr4BW8/muePUDgrtN1jnPS1mlErGPsE94MsbwQRsfN+RIWG0X7WG" +
    "We63yyD5LdOlx8Ypfe8eas5oJLhehSbqoDI+8M1mWswRFOtbBfXnq8Q2WqnsQ6tjikEvnA39nfQURQd/Bw9RqfOF62" +
    "WQ81KSFgMDvJSU938y8+IjHzNn4kMT8jj3jAPMu2uVkKYyfCRMk8DKgxYMw3Q9Amk1CVnjnAQ9rIkcEQ5fCLtjORdk" +
    "Myh2lSL2y/MeSBYW5HD11OqlfnJeGWbQQ5mTMJ2SeIFXWsrCeA/JF7QeHSeL+aUAB6zV4z5x5pR/68dJvT31VhK7wW" +
    "QXWHmPKvtgtYuYh94ffGeaXGT+yyHZ9frkDp2wOuH843HWSkvoerWo93g3jcfnzzOliI6wdUGBkfmSzce+2BBEuuVO" +
    "eV9A6gId1gMNLSRF2MQ+yp1D43qyTM7TZ19LtkVjwyejAdpTiALFRhp0cxaKihvhUB0MYcHkTL16DqRJsdA84DWmEw" +
    "Gj9qGPQYs+bv3jv25XZbdYjM2uabfkV8GRfg4VuYfm8jWw",
  avifTransparent:
    "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAAGGbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAA" +
    "AAAAAAAAAAAAAAAAAOcGl0bQAAAAAAAQAAACxpbG9jAAAAAEQAAAIAAQAAAAEAAAH+AAAEeQACAAAAAQAAAa4AAABQ" +
    "AAAAQmlpbmYAAAAAAAIAAAAaaW5mZQIAAAAAAQAAYXYwMUNvbG9yAAAAABppbmZlAgAAAAACAABhdjAxQWxwaGEAAA" +
    "AAGmlyZWYAAAAAAAAADmF1eGwAAgABAAEAAADDaXBycAAAAJ1pcGNvAAAAFGlzcGUAAAAAAAAAlgAAAGQAAAAQcGl4" +
    "aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAAA5waXhpAAAAAAEIAAAADGF2MUOBABwAAA" +
    "AAOGF1eEMAAAAAdXJuOm1wZWc6bXBlZ0I6Y2ljcDpzeXN0ZW1zOmF1eGlsaWFyeTphbHBoYQAAAAAeaXBtYQAAAAAA" +
    "AAACAAEEAQKDBAACBAEFhgcAAATRbWRhdBIACgYYHaVxsKgyRBCQAQRAwe0aDd3RBGJN7YXCT4XD80oCq9cLl1+EoW" +
    "7K0YIamNVTJN4ohFFtXcL2meGMyxT/dN3bY78vIRZpyybrhXxeEgAKCRgdpXG0QENBoTLpCBDB7e2aQEEEF4QAFVLC" +
    "ENCJNK9psBokA0voZ5ZJTok7WnzNps8tzkIA9Rv4/8GuE1JMdbtBES7Fyp/an7TG2BXGrYnhf1KxqsKGMxvkc7Fays" +
    "itmHJeCdEtmkh5LhA0vJg3vomECDP0+ozO7ZBr3zQJqaDrjoSP6a4TTt9GvIepdLWjKsveWyBwdo/VGqq9yZ6/oo2G" +
    "+MkTjnKZpgJwuWCLoNT4dN3bV2eUx5mdMkUb4xRSanwXTzgeevOx/soqtxuO1qeXCR2eORWTu7ZIsr7r/+Dc+53a1X" +
    "UDZF0+XEhXU63p3+eWueskidwlkO+6aHOXpfCofAOOqFYpQUzkYWKgY6XBZCbTgPd2UYMkPtn7Nq812b92OzRAd4fu" +
    "8pSQgDuq5Ijg7YvFb8vuMS85+R3exMPt1uh2UFqicdl8+yLV1ehxV4BSO/nLcVs2wJq+2myD3TvIfDhudyRp4Uej5t" +
    "GnE/5cFsQd1FwW49Q6vz55HJpwXGCbY353/INIparNQ/1r5vO+3fpTkXM6XbNe1OpP0acJeBqWCK+fOxzTLSIGyLNn" +
    "CbZZccg54TIPsfXosWf0jiiTrk6uNMZ+CU8JlB1XsF1ssn3MQQeRUl5JoJWzCQ8s6ukvCqUAd+AAYe/QPAb+89aMw/" +
    "h/r+1kY4ccpBWkYZkre0vLh12dMScdCzvQ2NTqji6uN1g0AU+kKIAu0RbLrZLFjVHn5CjRHnejHRSjjkBQxkf2Qbwc" +
    "+L4Dzb6SBW/HcCcbP/f33Uf4hdTQXS0WUQZS4Fr98EDpGGw83UHU9iWNkArrhvLs2wlU+Fq+iCKLWzXLFMuKi4SidS" +
    "aUqEw/uQGQHowAQUTQL+knWjxjwCKI/X8ZmwAaBtwFKVff0hk4hU2Qs3ZIvCxr4+w3m6XEdh2uo9zM//3lJ1i4n5rJ" +
    "DQ8GDsHHAB6/p3/cIwJeMRwnT5WzaJ9IqKdbYPIvDuEoMZ2Zb/61l5+8qCsElcbo6OXGZiQzKaxKiqLEvSDqS5qBAg" +
    "fQeyh1eV9fgP6eMptRKdpzToQfZu+dny98oQU9ickB9S+529cDQ2dPrd8HXeTH/bhWQV1Dg6xLihNUZNH85h5/dCrA" +
    "Can2XmeRkv2rXwfsFYvHBoARERPDqwMhbHYTtNn92aomLv6tBtcnozmzqg7DXafjSPo2WjwOVOuIqIHgz3+sKzM/A2" +
    "9pZo631+C6712TNxf8fCaho72HvZcwjEuyXjMVzmeWB0on5RMW4LZykXjD1wZXrdi1J6MBQhw7PY2ckvmurmlGGAZ3" +
    "wRTykpgQnw3tsIR8QILcnFnB4O2NDHmUOZ/OJwDjshPCgtWnr3SH5BDF+jJPaKSAUw2BwHSA6NwqnOZIVo6Rto/SXS" +
    "5QiP/BkdmyGfNOZpBEnj2Q/BB1Z5/RyxsJVNVXwu8AWtZrNclXKCuLJEm9zS79yaAodFni9IcaETLh/nSut24SKBNq" +
    "pIjRwDF4T4FQZBvYNQcT+dBnM4ynnTwWj+kQV29W5G1HvtY=",
  avifTurned:
    "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAAD1bWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAA" +
    "AAAAAAAAAAAAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAEdAAAEeQAAAChpaW5mAAAAAAAB" +
    "AAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAAB0aXBycAAAAFRpcGNvAAAAFGlzcGUAAAAAAAAAlgAAAGQAAAAQcG" +
    "l4aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAAAlpcm90AwAAABhpcG1hAAAAAAAAAAEA" +
    "AQUBAoMEhQAABIFtZGF0EgAKCRgdpXG0QENBoTLpCBDB7e2aQEEEF4QAFVLCENCJNK9psBokA0voZ5ZJTok7WnzNps" +
    "8tzkIA9Rv4/8GuE1JMdbtBES7Fyp/an7TG2BXGrYnhf1KxqsKGMxvkc7FaysitmHJeCdEtmkh5LhA0vJg3vomECDP0" +
    "+ozO7ZBr3zQJqaDrjoSP6a4TTt9GvIepdLWjKsveWyBwdo/VGqq9yZ6/oo2G+MkTjnKZpgJwuWCLoNT4dN3bV2eUx5" +
    "mdMkUb4xRSanwXTzgeevOx/soqtxuO1qeXCR2eORWTu7ZIsr7r/+Dc+53a1XUDZF0+XEhXU63p3+eWueskidwlkO+6" +
    "aHOXpfCofAOOqFYpQUzkYWKgY6XBZCbTgPd2UYMkPtn7Nq812b92OzRAd4fu8pSQgDuq5Ijg7YvFb8vuMS85+R3exM" +
    "Pt1uh2UFqicdl8+yLV1ehxV4BSO/nLcVs2wJq+2myD3TvIfDhudyRp4Uej5tGnE/5cFsQd1FwW49Q6vz55HJpwXGCb" +
    "Y353/INIparNQ/1r5vO+3fpTkXM6XbNe1OpP0acJeBqWCK+fOxzTLSIGyLNnCbZZccg54TIPsfXosWf0jiiTrk6uNM" +
    "Z+CU8JlB1XsF1ssn3MQQeRUl5JoJWzCQ8s6ukvCqUAd+AAYe/QPAb+89aMw/h/r+1kY4ccpBWkYZkre0vLh12dMScd" +
    "CzvQ2NTqji6uN1g0AU+kKIAu0RbLrZLFjVHn5CjRHnejHRSjjkBQxkf2Qbwc+L4Dzb6SBW/HcCcbP/f33Uf4hdTQXS" +
    "0WUQZS4Fr98EDpGGw83UHU9iWNkArrhvLs2wlU+Fq+iCKLWzXLFMuKi4SidSaUqEw/uQGQHowAQUTQL+knWjxjwCKI" +
    "/X8ZmwAaBtwFKVff0hk4hU2Qs3ZIvCxr4+w3m6XEdh2uo9zM//3lJ1i4n5rJDQ8GDsHHAB6/p3/cIwJeMRwnT5WzaJ" +
    "9IqKdbYPIvDuEoMZ2Zb/61l5+8qCsElcbo6OXGZiQzKaxKiqLEvSDqS5qBAgfQeyh1eV9fgP6eMptRKdpzToQfZu+d" +
    "ny98oQU9ickB9S+529cDQ2dPrd8HXeTH/bhWQV1Dg6xLihNUZNH85h5/dCrACan2XmeRkv2rXwfsFYvHBoARERPDqw" +
    "MhbHYTtNn92aomLv6tBtcnozmzqg7DXafjSPo2WjwOVOuIqIHgz3+sKzM/A29pZo631+C6712TNxf8fCaho72HvZcw" +
    "jEuyXjMVzmeWB0on5RMW4LZykXjD1wZXrdi1J6MBQhw7PY2ckvmurmlGGAZ3wRTykpgQnw3tsIR8QILcnFnB4O2NDH" +
    "mUOZ/OJwDjshPCgtWnr3SH5BDF+jJPaKSAUw2BwHSA6NwqnOZIVo6Rto/SXS5QiP/BkdmyGfNOZpBEnj2Q/BB1Z5/R" +
    "yxsJVNVXwu8AWtZrNclXKCuLJEm9zS79yaAodFni9IcaETLh/nSut24SKBNqpIjRwDF4T4FQZBvYNQcT+dBnM4ynnT" +
    "wWj+kQV29W5G1HvtY=",
} as const;

export function otherKinds(): Kind[] {
  const picture = scene(150, 100);
  // From opaque above to transparent below, as Pillow's gradient is when it is turned.
  const kinds: readonly (readonly [title: string, sample: keyof typeof SAMPLES, seen: Pixels])[] = [
    ["WebP", "webp", picture],
    ["WebP without loss", "webpLossless", picture],
    ["WebP of orientation 6", "webpTurned", upright(picture, 6)],
    ["WebP, animated", "webpAnimated", picture],
    ["WebP, transparent in part", "webpTransparent", faded(picture)],
    ["AVIF", "avif", picture],
    ["AVIF of orientation 6", "avifTurned", upright(picture, 6)],
    ["AVIF, transparent in part", "avifTransparent", faded(picture)],
  ];
  return [
    ...kinds.map(([title, sample, seen]) => ({ title, seen, file: sampleFile(sample) })),
    {
      title: "WebP with EXIF data that its flags do not announce",
      seen: picture,
      file: withoutFlag("webpTurned", 0x08),
    },
    {
      title: "WebP with transparency that its flags do not announce",
      seen: picture,
      file: withoutFlag("webpTransparent", 0x10),
    },
    {
      title: "AVIF of another main brand",
      seen: picture,
      file: sampleFile("avif").fill("mif1", 8, 12),
    },
  ];
}

/** A file that may be changed. */
export function sampleFile(sample: keyof typeof SAMPLES): Buffer {
  return Buffer.from(SAMPLES[sample], "base64");
}

/** The flags are the first byte after the headers of the file and of its first chunk. */
function withoutFlag(sample: keyof typeof SAMPLES, flag: number): Buffer {
  const file = sampleFile(sample);
  file.writeUInt8(file.readUInt8(20) & ~flag, 20);
  return file;
}

function faded(pixels: Pixels): Pixels {
  const data = Buffer.from(pixels.data);
  for (let pixel = 0; pixel < pixels.width * pixels.height; pixel++) {
    data.writeUInt8(Math.floor((255 * (pixel % pixels.width)) / (pixels.width - 1)), pixel * 4 + 3);
  }
  return { ...pixels, data };
}
