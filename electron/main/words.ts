/** The words of menus, dialogs and the tray, which no page draws. */
import type { Light } from '../../shared/domain/status.ts';

export type Language = 'en' | 'zh-CN';

export interface Words {
  readonly file: string;
  readonly open: string;
  readonly openTitle: string;
  readonly openFilter: string;
  readonly openWorkspace: string;
  readonly demo: string;
  readonly newWindow: string;
  readonly settings: string;
  readonly quit: string;
  readonly view: string;
  readonly home: string;
  readonly help: string;
  readonly shortcuts: string;
  readonly logs: string;
  readonly website: string;
  readonly show: string;
  readonly reload: string;
  readonly close: string;
  readonly chooseFolder: string;
  readonly chooseOther: string;
  readonly cannotStart: string;
  readonly crashed: string;
  readonly crashedText: string;
  readonly engineLost: string;
  readonly keeps: string;
  readonly keepsText: string;
  readonly light: Readonly<Record<Light, (open: number) => string>>;
  readonly recording: (sources: number) => string;
}

const en: Words = {
  file: 'File',
  open: 'Open…',
  openTitle: 'Open a recording, a workspace or a bundle',
  openFilter: 'Recordings, workspaces and bundles',
  openWorkspace: 'Open workspace folder…',
  demo: 'Try the demo machine',
  newWindow: 'New window',
  settings: 'Settings…',
  quit: 'Quit Offbeat',
  view: 'View',
  home: 'Home',
  help: 'Help',
  shortcuts: 'Keyboard shortcuts',
  logs: 'Open logs',
  website: 'Offbeat on the web',
  show: 'Show Offbeat',
  reload: 'Reload',
  close: 'Close the window',
  chooseFolder: 'Choose a folder',
  chooseOther: 'Choose another folder…',
  cannotStart: 'Offbeat could not start',
  crashed: 'This window stopped working',
  crashedText: 'Recording and learning go on; nothing is lost. Reload to see them again.',
  engineLost: 'The engine could not be started again',
  keeps: 'Offbeat keeps monitoring',
  keepsText: 'Its window is closed; open it again, or quit, from the icon in the tray.',
  light: {
    green: () => 'Offbeat: all is well',
    amber: (open) => `Offbeat: ${open} open event${open === 1 ? '' : 's'}`,
    red: (open) => `Offbeat: ${open} open event${open === 1 ? '' : 's'}, at least one is grave`,
  },
  recording: (sources) =>
    sources === 0 ? 'Nothing is being recorded' : `Recording ${sources} source${s(sources)}`,
};

const zhCn: Words = {
  file: '文件',
  open: '打开…',
  openTitle: '打开记录、工作区或数据包',
  openFilter: '记录、工作区和数据包',
  openWorkspace: '打开工作区文件夹…',
  demo: '试用演示机器',
  newWindow: '新建窗口',
  settings: '设置…',
  quit: '退出 Offbeat',
  view: '视图',
  home: '主页',
  help: '帮助',
  shortcuts: '键盘快捷键',
  logs: '打开日志',
  website: 'Offbeat 网站',
  show: '显示 Offbeat',
  reload: '重新加载',
  close: '关闭窗口',
  chooseFolder: '选择文件夹',
  chooseOther: '选择其他文件夹…',
  cannotStart: 'Offbeat 无法启动',
  crashed: '此窗口停止了工作',
  crashedText: '记录和学习仍在继续，数据不会丢失。重新加载即可再次查看。',
  engineLost: '引擎无法重新启动',
  keeps: 'Offbeat 仍在监测',
  keepsText: '窗口已关闭；可通过托盘图标重新打开或退出。',
  light: {
    green: () => 'Offbeat：一切正常',
    amber: (open) => `Offbeat：${open} 个未处理事件`,
    red: (open) => `Offbeat：${open} 个未处理事件，其中有严重事件`,
  },
  recording: (sources) => (sources === 0 ? '没有正在记录的数据源' : `正在记录 ${sources} 个数据源`),
};

/** `chosen` as in the settings, `system` as the system names its language. */
export function wordsFor(chosen: 'system' | Language, system: string): Words {
  const isChinese = chosen === 'system' ? system.toLowerCase().startsWith('zh') : chosen !== 'en';
  return isChinese ? zhCn : en;
}

function s(count: number): string {
  return count === 1 ? '' : 's';
}
